import { answer, type CommandContext } from './commands/command.ts';
import { columns } from './words.ts';

/** A list, and how each of its values is shown. */
export interface Table<Value> {
  readonly values: readonly Value[];
  /** What is said where there are none. */
  readonly none: string;
  readonly nameOf: (value: Value) => string;
  readonly columns: Readonly<Record<string, (value: Value) => string>>;
  /** Columns that only `-o wide` shows. */
  readonly wide: Readonly<Record<string, (value: Value) => string>>;
}

/** Answers with a list in the form that was asked for. */
export function table<Value>(
  context: CommandContext,
  { values, none, nameOf, columns: usual, wide }: Table<Value>,
): void {
  const shown = Object.entries(context.format === 'wide' ? { ...usual, ...wide } : usual);
  answer(context, values, () => {
    if (context.format === 'name') return values.map(nameOf);
    if (values.length === 0) return [none];
    return columns([shown.map(([heading]) => heading), ...values.map((value) => shown.map(([, cell]) => cell(value)))]);
  });
}
