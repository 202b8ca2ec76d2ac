import type { RunView } from '../../shared/operations/runView.ts';
import type { Output } from '../output.ts';
import { durationText } from '../words.ts';
import { markOf, type PictureFacts, pictureOf, remarkOf } from './picture.ts';
import { type ProgressRow, rowsOf } from './rows.ts';

/** Where a run is shown while it goes. */
export interface Screen {
  show(view: RunView, now: number, facts: PictureFacts): void;
  end(): void;
}

/** One tree, drawn over at every look. */
export function livePicture(output: Output): Screen {
  let drawn = 0;
  return {
    show(view, now, facts) {
      const lines = pictureOf(rowsOf(view, now), facts, output);
      const back = drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : '';
      output.write(`${back}${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    end() {
      drawn = 0;
    },
  };
}

/** A line for everything that changed since the last look. */
export function plainLines(output: Output): Screen {
  const printed = new Map<string, string>();
  let title = '';
  return {
    show(view, now, facts) {
      if (facts.title !== title) output.line(facts.title);
      title = facts.title;
      for (const [key, row] of keyed(rowsOf(view, now))) {
        const remark = remarkOf(row, facts);
        // How many items are in a state changes all the time and means little.
        const state = `${row.status} ${row.status === 'succeeded' ? '' : remarkOf({ ...row, times: 1 }, facts)}`;
        if (printed.get(key) === state) continue;
        printed.set(key, state);
        const took = row.status === 'running' ? '' : ` ${durationText(row.milliseconds)}`;
        output.line(
          `${'  '.repeat(row.depth + 1)}${markOf(row.status)} ${row.name}${took}${remark === '' ? '' : `  ${remark}`}`,
        );
      }
    },
    end() {},
  };
}

/** Rows with a name of their own each; items of a Map state that ended share one, printed when its number is final. */
function* keyed(rows: readonly ProgressRow[]): Generator<readonly [string, ProgressRow]> {
  const path: string[] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    path.splice(row.depth, path.length, row.name);
    const name = path.join('/');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    yield [`${name}#${count}`, row];
  }
}
