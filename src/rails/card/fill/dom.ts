/** The little of a browser's DOM that the scripts in this folder use; they run in the page, not here. */
export type PageNode = {
  readonly nodeType: number;
  readonly data?: string;
  readonly childNodes: Iterable<PageNode>;
  readonly parentElement: PageElement | null;
  readonly getRootNode: () => { readonly host?: PageElement };
  readonly contains: (other: PageNode | null) => boolean;
};

export type PageElement = PageNode & {
  readonly tagName: string;
  readonly id: string;
  readonly shadowRoot: (PageNode & PageRoot) | null;
  readonly textContent: string | null;
  readonly disabled?: boolean;
  readonly type?: string;
  readonly name?: string;
  readonly form?: PageElement | null;
  readonly maxLength?: number;
  readonly labels?: Iterable<PageElement> | null;
  readonly options?: Iterable<{ readonly value: string; readonly text: string }>;
  value?: string;
  readonly getAttribute: (name: string) => string | null;
  readonly setAttribute: (name: string, value: string) => void;
  readonly getBoundingClientRect: () => PageBox;
  readonly scrollIntoView: (options: object) => void;
  readonly checkVisibility: (options: object) => boolean;
  readonly querySelector: (selector: string) => PageElement | null;
  readonly style: { readonly setProperty: (name: string, value: string, priority: string) => void };
  readonly dispatchEvent: (event: unknown) => boolean;
};

export type PageBox = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

export type PageStyle = Readonly<
  Record<
    | 'display'
    | 'opacity'
    | 'overflowX'
    | 'overflowY'
    | 'clip'
    | 'clipPath'
    | 'color'
    | 'fontSize'
    | 'filter'
    | 'backgroundColor'
    | 'backgroundImage'
    | 'textDecorationLine'
    | 'webkitTextFillColor',
    string
  >
>;

type PageRoot = { readonly elementsFromPoint: (x: number, y: number) => readonly PageElement[] };

export type PageWindow = {
  readonly document: PageRoot & {
    readonly body: PageElement | null;
    readonly documentElement: PageElement & { readonly scrollWidth: number };
    readonly createRange: () => {
      readonly selectNodeContents: (node: PageNode) => void;
      readonly getClientRects: () => ArrayLike<PageBox>;
    };
    readonly getElementById: (id: string) => PageElement | null;
  };
  readonly innerWidth: number;
  readonly innerHeight: number;
  readonly scrollX: number;
  readonly scrollY: number;
  readonly scrollTo: (options: object) => void;
  readonly getComputedStyle: (element: PageElement) => PageStyle;
};
