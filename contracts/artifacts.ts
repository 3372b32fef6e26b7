import artifacts from './artifacts.gen.json' with { type: 'json' };

/** What a deployment needs: the interface and the creation code. */
export type Artifact = { readonly abi: readonly unknown[]; readonly bytecode: `0x${string}` };

/** The contracts that can be deployed, by name. */
export type ContractName = keyof typeof artifacts;

/** The compiled contract of that name; `build.ts` makes it from the Solidity source. */
export function artifact(name: ContractName): Artifact {
  const { abi, bytecode } = artifacts[name];
  return { abi, bytecode: bytecode as `0x${string}` };
}
