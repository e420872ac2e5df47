import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** A fenced block of a document that readers paste. */
export interface Block {
  language: string;
  code: string;
}

/** The fenced blocks of a document of the repository, or of one of its sections. */
export async function blocksOf(file: string, section?: string): Promise<Block[]> {
  const text = await readFile(join(repository, file), 'utf8');
  const begin = section ? text.indexOf(`\n## ${section}\n`) : 0;
  if (begin < 0) throw new Error(`${file} has no section ${section}`);
  const end = section ? text.indexOf('\n## ', begin + 1) : -1;
  const part = text.slice(begin, end < 0 ? undefined : end);
  return [...part.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }) as Block);
}

/** The result of a pasted block. */
export interface Pasted {
  output: string;
  /** The answers that curl got, in order. */
  answers: { status: number; path: string }[];
  /** Commands that failed. */
  failures: string[];
}

/** A shell in the repository's directory into which blocks are pasted one after the other, as a reader does. */
export class Shell {
  readonly #bash: ChildProcess;
  readonly #node: string;
  #output = '';
  #count = 0;

  constructor(options: { env?: NodeJS.ProcessEnv; node?: string } = {}) {
    this.#node = options.node ?? process.execPath;
    this.#bash = spawn('bash', ['--noprofile', '--norc'], {
      cwd: repository,
      env: { ...process.env, PATH: `${join(this.#node, '..')}:${process.env.PATH}`, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#bash.stdout, this.#bash.stderr]) stream?.on('data', (chunk) => (this.#output += chunk));
    this.#write(`exec 2>&1
      curl() { command curl -w '%{stderr}\\n__answer %{http_code} %{url_effective}\\n' "$@"; }
      set -E; trap 'printf "\\n__failed %s\\n" "$BASH_COMMAND"' ERR\n`);
  }

  #write = (text: string) => this.#bash.stdin?.write(text);

  /** @throws Error if the shell ends or the block takes longer than a minute */
  async paste({ language, code }: Block): Promise<Pasted> {
    const end = `__end ${++this.#count}`;
    this.#output = '';
    const command = { js: 'node --input-type=module', python: 'python3' }[language];
    this.#write(command ? `${command} <<'__file'\n${code}\n__file\n` : code);
    this.#write(`\nprintf '\\n${end}\\n'\n`);
    const deadline = Date.now() + 60_000;
    while (!this.#output.includes(`\n${end}\n`)) {
      if (this.#bash.exitCode !== null || Date.now() > deadline)
        throw new Error(`The block does not end:\n${code}\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const output = this.#output.slice(0, this.#output.indexOf(`\n${end}\n`));
    return {
      output,
      answers: [...output.matchAll(/^__answer (\d+) (\S+)$/gm)].map(([, status, url]) => ({
        status: Number(status),
        path: URL.canParse(url as string) ? new URL(url as string).pathname : (url as string),
      })),
      failures: [...output.matchAll(/^__failed (.*)$/gm)].map(([, failed]) => failed as string),
    };
  }

  close(): void {
    this.#bash.kill();
  }
}
