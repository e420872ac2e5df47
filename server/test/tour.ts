import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const readme = join(import.meta.dirname, '../../README.md');

/** A block of the README's tour. */
interface Block {
  language: 'sh' | 'js' | 'python';
  code: string;
}

/** The blocks of the README's tour as they are pasted, but for the address of the server. */
export async function tourBlocks(url: string): Promise<Block[]> {
  const text = await readFile(readme, 'utf8');
  const tour = text.slice(text.indexOf('## A tour'), text.indexOf('## Point an integration at it'));
  return [...tour.matchAll(/^```(sh|js|python)\n(.*?)^```$/gms)].map(([, language, code = '']) => ({
    language: language as Block['language'],
    code: code.replaceAll('http://127.0.0.1:8080', url),
  }));
}

/**
 * Pastes the tour into a shell, from the README's own directory. Blocks of another language are run as programs.
 * @returns what was said; stderr is empty when nothing went wrong
 */
export async function takeTour(url: string): Promise<{ stdout: string; stderr: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'foyer-tour-'));
  const script = ['curl() { command curl -sS "$@"; }'];
  for (const [index, { language, code }] of (await tourBlocks(url)).entries()) {
    if (language === 'sh') script.push(code);
    else {
      const file = join(directory, `${index}.${language === 'js' ? 'mjs' : 'py'}`);
      await writeFile(file, code);
      script.push(`${language === 'js' ? 'node' : 'python3'} ${file}`);
    }
  }
  const child = spawn('sh', { cwd: join(readme, '..'), stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  child.stdin.end(script.join('\n'));
  await new Promise((resolve) => child.once('close', resolve));
  await rm(directory, { recursive: true });
  return said;
}
