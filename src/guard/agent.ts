import type { Environment } from '../world.ts';

/**
 * The variables by which AI agents mark the shells that they run, as the AWS CLI 2.35 recognises them
 * (botocore/useragent.py), and awsp's own for the others. Any value counts: no variable can lift the hold.
 */
export const agentVariables: Readonly<Record<string, string>> = {
  CLAUDECODE: 'Claude Code',
  GEMINI_CLI: 'Gemini CLI',
  CODEX_THREAD_ID: 'Codex',
  KIRO_SESSION_ID: 'Kiro',
  OPENCODE: 'OpenCode',
  ANTIGRAVITY_AGENT: 'Antigravity',
  AMP_CURRENT_THREAD_ID: 'Amp',
  PI_CODING_AGENT: 'Pi',
  COPILOT_CLI: 'Copilot CLI',
  CURSOR_AGENT: 'Cursor',
  AWSP_AGENT: 'an AI agent',
};

/** Returns the name of the AI agent that runs this shell, or null when a person does. */
export function agentOf(env: Environment): string | null {
  for (const variable in agentVariables) if (env[variable]) return agentVariables[variable] ?? null;
  return null;
}
