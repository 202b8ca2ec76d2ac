import type { Bundle } from '../../../shared/machine/bundle.ts';
import { type Component, unitFile } from '../../../shared/machine/components.ts';

/** The flags of a component as its systemd unit in the bundle gives them; throws what a machine would log without it. */
export function flagsOf(bundle: Bundle, unit: string): ReadonlyMap<string, string> {
  const content = fileOf(bundle, unitFile(unit.replace('.service', '') as Component));
  const command = content
    .replaceAll('\\\n', ' ')
    .split('\n')
    .find((line) => line.startsWith('ExecStart='));
  if (command === undefined) throw new Error(`${unit} has no ExecStart`);
  const flags = [...command.matchAll(/--([a-z0-9-]+)=(\S*)/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return new Map(flags);
}

export function flag(flags: ReadonlyMap<string, string>, name: string): string {
  const value = flags.get(name);
  if (value === undefined || value === '') throw new Error(`--${name} is not set`);
  return value;
}

export function fileOf(bundle: Bundle, path: string): string {
  const file = bundle.files.find((each) => each.path === path);
  if (!file) throw new Error(`${path} is not in the bundle`);
  return file.content;
}

/** `master-0=https://10.0.0.4:2380,…` or `https://10.0.0.4:2379,…` → the addresses. */
export function addressesIn(list: string): string[] {
  return [...list.matchAll(/https:\/\/([0-9.]+):\d+/g)].map(([, address = '']) => address);
}
