import type { Request } from '../../src/cli/command.ts';

/** What a command line asks for, with the name of the command in the place of the command. */
export type RequestData =
  | { readonly command: string; readonly options: unknown }
  | { readonly invalid: string; readonly details: readonly string[] }
  | Extract<Request, { kind: 'completion' }>;

export function requestData(request: Request): RequestData {
  switch (request.kind) {
    case 'command':
      return { command: request.command.name, options: request.options };
    case 'invalid':
      return { invalid: request.message, details: request.details };
    case 'completion':
      return request;
  }
}
