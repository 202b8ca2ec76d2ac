import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeScript } from '../../shared/machine/script/nodeScript.ts';

/** A folder that stands for a machine's disk, and a shell that knows the parts of the node script. */
export interface NodeShell {
  readonly folder: string;
  /** Runs bash among the parts of the node script, with /etc, /usr/local, /var, /run and EBS' devices inside the folder. */
  bash(script: string, ...parameters: readonly string[]): string;
  write(path: string, content: string): void;
  read(path: string): string;
  remove(): void;
}

const machinePaths = /(?<![\w$/])\/(?:etc|usr\/local|var|run|dev\/disk|opt|proc\/meminfo)(?=\/|\b)|\/dev\/xvdf\b/g;

/** A machine's disk in a folder of its own. `within` runs each shell, such as `unshare --mount`. */
export function aNodeShell({ within = [] }: { readonly within?: readonly string[] } = {}): NodeShell {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-node-'));
  const library = join(folder, 'opt/node-script/machine/lib');
  mkdirSync(library, { recursive: true });
  mkdirSync(join(folder, 'opt/kubestep/current'), { recursive: true });
  symlinkSync('../../node-script/machine', join(folder, 'opt/kubestep/current/machine'));
  for (const path of ['etc/kubestep', 'etc/systemd/system', 'run/kubestep', 'usr/local/bin', 'var/lib', 'dev'])
    mkdirSync(join(folder, path), { recursive: true });
  for (const { path, content } of nodeScript) {
    const text = content.replaceAll(machinePaths, (name) => `${folder}${name}`);
    writeFileSync(join(library, path.split('/').at(-1) ?? ''), text);
  }
  return {
    folder,
    bash: (script, ...parameters) => {
      const text = `set -euo pipefail\ncd ${library}\n${script}`;
      const [program = '', ...words] = [...within, 'bash', '-c', text, 'bash', ...parameters];
      return execFileSync(program, words, { encoding: 'utf8', stdio: 'pipe' });
    },
    write: (path, content) => {
      const target = join(folder, path);
      mkdirSync(join(target, '..'), { recursive: true });
      writeFileSync(target, content);
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A machine's disk of its own for each test of a file. */
export function nodeShellOfEachTest(): Omit<NodeShell, 'folder' | 'remove'> & { readonly folder: () => string } {
  let shell: NodeShell;
  beforeEach(() => {
    shell = aNodeShell();
  });
  afterEach(() => shell.remove());
  return {
    folder: () => shell.folder,
    bash: (script, ...parameters) => shell.bash(script, ...parameters),
    write: (path, content) => shell.write(path, content),
    read: (path) => shell.read(path),
  };
}
