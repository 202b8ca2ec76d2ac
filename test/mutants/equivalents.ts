/** Mutants that change nothing that anybody could observe, and why. */
export const equivalents: readonly { readonly file: RegExp; readonly before: RegExp; readonly why: string }[] = [
  { file: /./, before: /cause: error/, why: 'The cause of an error is for people who debug; nothing decides by it' },
  { file: /./, before: /console\.(log|warn)/, why: 'A line of a log' },
];
