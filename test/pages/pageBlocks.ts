import { readFileSync } from 'node:fs';
import { filesBelow } from '../house/sources.ts';

/** A fenced block of a page. */
export interface PageBlock {
  readonly page: string;
  /** Of the block's first line of text, from 1. */
  readonly line: number;
  /** The first word after the fence: `console` shows commands and their output, `bash` commands alone. */
  readonly language: string;
  /** The second: what a console or bash block needs (`aws`, `machines`), or the file that a yaml block is. */
  readonly note: string;
  readonly text: string;
}

/** Something to do before the next block, which a reader has done by hand: `<!-- run: sed … -->`. */
export interface HiddenCommand {
  readonly page: string;
  readonly line: number;
  readonly hidden: string;
}

export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGES.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
];

/** The blocks and hidden commands of a page, in its order. */
export function partsOf(page: string, text = readFileSync(page, 'utf8')): (PageBlock | HiddenCommand)[] {
  const parts = /^( *)```(\w*) ?(\S*)\n([\s\S]*?)^\1```$|^<!-- run: (.*) -->$/gm;
  return [...text.matchAll(parts)].map((match) => {
    const [, indent = '', language = '', note = '', body = '', hidden] = match;
    const line = text.slice(0, match.index).split('\n').length;
    if (hidden !== undefined) return { page, line, hidden };
    return { page, line: line + 1, language, note, text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), '') };
  });
}

export const blocksOf = (page: string): PageBlock[] => partsOf(page).filter((part) => 'language' in part);

/** A command of a console block with the lines that it is shown to print. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
}

/** The commands of a console block: lines after a prompt, each with what follows it. */
export function shownCommands(text: string): ShownCommand[] {
  const [before = '', ...commands] = text.split(/^\$ /m);
  if (before.trim() !== '') throw new Error(`a console block begins with a prompt, not with ${before.split('\n')[0]}`);
  return commands.map((shown) => {
    const [command = '', ...output] = shown.trimEnd().split('\n');
    return { command, output };
  });
}
