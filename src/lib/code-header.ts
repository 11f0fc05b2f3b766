/** In bytes. A multiple of eight, because V8 copies code that is not aligned. */
export const headerLength = 128;

/**
 * The header of compiled code that this Node may run: the versions of Node and V8, the processor, and a checksum
 * (CRC-32) of the code. V8 itself compares only the first four numbers of its version, and release builds check no
 * checksum (src/snapshot/code-serializer.cc, `SanityCheck`).
 */
export function codeHeader(
  { versions, arch }: { readonly versions: NodeJS.ProcessVersions; readonly arch: string },
  checksum: number,
): string {
  return `awsp code ${versions.node} ${versions.v8} ${arch} ${checksum.toString(16)}`
    .padEnd(headerLength)
    .slice(0, headerLength);
}

/** What a start of the program is for. Each has compiled code of its own, in which are the functions that it runs. */
export const starts = ['switch', 'complete', 'help', 'command'] as const;

/** What a start with this first argument is for. */
export function startOf(argument: string | undefined): (typeof starts)[number] {
  switch (argument) {
    case '--shell':
      return 'switch';
    case '--complete':
      return 'complete';
    case '--help':
    case 'help':
    case '--version':
      return 'help';
    default:
      return 'command';
  }
}
