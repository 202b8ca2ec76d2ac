import type { Audit } from '../shared/operations/listAudit.ts';
import { requestTo } from '../shared/operations/routes.ts';
import type { RecordedEntry } from '../shared/store/audit.ts';
import type { CommandContext } from './commands/command.ts';
import { ask, type Target } from './target.ts';
import { counted, oneLine, timeText } from './words.ts';

/** What is on record of a cluster name; of one action only where that is named. */
export const readAudit = (target: Target, name: string, action?: string): Promise<Audit> =>
  ask<Audit>(target, {
    ...requestTo('listAudit', { name }),
    ...(action !== undefined && { query: { action } }),
  });

/** Says that a list is cut: beside it on standard error where standard output is for programs. */
export function printEarlier({ output, format }: Pick<CommandContext, 'output' | 'format'>, earlier: number): void {
  if (earlier === 0) return;
  const line = `${earlier} older entries of the audit are not shown.`;
  if (format === 'text' || format === 'wide') output.line(line);
  else output.error(line);
}

/** `volumes: vol-1 vol-2, keptVolumes: 2`: the details of an entry as one line. */
export const detailText = ({ detail }: RecordedEntry): string =>
  oneLine(
    Object.entries(detail)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  );

/** What a deletion has left of a cluster and still costs money. */
export function leftLines(entries: readonly RecordedEntry[], clusterId: string): readonly string[] {
  const ours = entries.filter(({ detail }) => detail.clusterId === clusterId);
  const of = (action: RecordedEntry['action']) => ours.filter((entry) => entry.action === action);
  const text = (entry: RecordedEntry | undefined, name: string) => oneLine(String(entry?.detail[name] ?? ''));
  const [kept, alone] = [of('volumes-kept').at(-1), of('left-alone').at(-1)];
  // A key may be on record once a day; the last time counts.
  const keys = new Map(of('key-deletion-scheduled').map((entry) => [text(entry, 'keyId'), text(entry, 'date')]));
  const date = [...keys.values()].sort().at(-1);
  return [
    ...(kept ? [`Volumes kept: ${text(kept, 'keptVolumes')}: ${text(kept, 'volumes')}`] : []),
    ...of('key-kept').map(
      (entry) =>
        `Key kept, because ${text(entry, 'key').startsWith('secrets') ? 'backups' : 'volumes'} need it: ${text(entry, 'keyId')} (${text(entry, 'key')})`,
    ),
    ...(date === undefined
      ? []
      : [
          `${counted(keys.size, 'KMS key')} will be deleted after ${timeText(date)}; until then aws kms cancel-key-deletion keeps one`,
        ]),
    ...(alone ? [`Left alone, because only tags say that it was the cluster's: ${text(alone, 'first')}`] : []),
  ];
}
