import { readdirSync, readFileSync } from 'node:fs';
import type { Machine } from '../stack/packagedStack.ts';
import { workflowPage, workflows } from './workflowPage.ts';
import { workflowPicture } from './workflowPicture.ts';

test('docs/workflows shows each state machine as it is defined (npm run docs:workflows writes it)', () => {
  const pages = workflows().map((workflow) => [`${workflow.name}.md`, workflowPage(workflow)] as const);
  expect(readdirSync('docs/workflows').sort()).toEqual(pages.map(([file]) => file).sort());
  for (const [file, page] of pages) {
    expect(readFileSync(`docs/workflows/${file}`, 'utf8').split('\n')).toEqual(page.split('\n'));
  }
});

test('the README draws createCluster as it is defined', () => {
  const createCluster = workflows().find(({ name }) => name === 'createCluster');
  const drawn = /```mermaid\n([\s\S]*?)\n```/.exec(readFileSync('README.md', 'utf8'))?.[1];
  expect(drawn?.split('\n')).toEqual(createCluster && workflowPicture(createCluster.definition).split('\n'));
});

test('a picture shows every way on, and a state that holds others as a box around them', () => {
  const end = { Type: 'Succeed' };
  const machine: Machine = {
    StartAt: 'Look',
    States: {
      Look: { Type: 'Choice', Choices: [{ Next: 'Both' }], Default: 'Done' },
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'One',
            States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Pass', Next: 'Three' }, Three: end },
          },
          {
            StartAt: 'Each',
            States: { Each: { Type: 'Map', ItemProcessor: { StartAt: 'Item', States: { Item: end } } } },
          },
        ],
        Next: 'Last',
      },
      Last: { Type: 'Pass', Next: 'Done' },
      Done: end,
    },
  };
  expect(
    workflowPicture(machine)
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'flowchart TD',
    'Look --> Both',
    'Look --> Done',
    'subgraph Both',
    'direction TB',
    'One --> Two --> Three',
    'subgraph Each ["Each: for each"]',
    'direction TB',
    'Item',
    'end',
    'end',
    'Both --> Last --> Done',
  ]);
});
