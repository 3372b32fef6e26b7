import { stripTypeScriptTypes } from 'node:module';

// The store's tests start and end many threads, and each loads Node's type stripper, which is WebAssembly. Where V8 frees
// its code in one thread while another is given the same memory, the process ends now and then ("Check failed:
// jit_page.has_value()" or a segmentation fault; Node 24.21). Code that the main thread holds is shared and not freed.
stripTypeScriptTypes('let held: string;');
