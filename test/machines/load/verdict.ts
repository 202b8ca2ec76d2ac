/** What became of requests of one kind. */
export interface Requests {
  readonly succeeded: number;
  /** After every retry of the client. */
  readonly failed: number;
  /** The first of those, with their reasons. */
  readonly failures: readonly Failure[];
  readonly slowestMilliseconds: number;
  /** The longest time in which none succeeded, and when it began. */
  readonly longestGapMilliseconds: number;
  readonly longestGapBeganMilliseconds: number;
}

interface Failure {
  /** Milliseconds since the load began. */
  readonly atMilliseconds: number;
  readonly tookMilliseconds: number;
  readonly what: string;
  readonly error: string;
}

/** What the client of the API has to say at its end. */
export interface ApiVerdict {
  readonly seconds: number;
  readonly writes: Requests;
  readonly reads: Requests;
  /** Posts to a Service that take two seconds: client-go repeats none that breaks. */
  readonly calls: Requests;
  readonly watches: readonly {
    /** Acknowledged writes that it never saw. */
    readonly missed: readonly string[];
    readonly relists: number;
    readonly watches: number;
  }[];
  /** Acknowledged writes that were not there at the end. */
  readonly lost: readonly string[];
  /** What happened beneath the client's retries. */
  readonly raw: {
    readonly requests: number;
    readonly connections: number;
    readonly resets: number;
    readonly refused: number;
    readonly goAways: number;
    readonly tooManyRequests: number;
    readonly serverErrors: number;
    readonly broken: number;
  };
}

/** What a prober of the Service has to say at its end. */
export type ProbesVerdict = Requests & {
  /** How often each pod answered. */
  readonly answered: Readonly<Record<string, number>>;
};

/** What a change did to those who used the cluster meanwhile. */
export interface Verdict {
  readonly api: ApiVerdict;
  /** By the machine that the probes came from. */
  readonly probes: Readonly<Record<string, ProbesVerdict>>;
}

/** A load that used less than this much cannot judge anything. */
const least = { writesPerSecond: 5, probesPerSecond: 2 };

/** What was lost or failed, a line each; none when nobody noticed the change. */
export function problemsOf({ api, probes }: Verdict): readonly string[] {
  const { seconds, writes, reads, calls, watches, lost } = api;
  return [
    ...some(`${lost.length} acknowledged writes lost`, lost),
    ...failuresOf('writes', writes),
    ...failuresOf('reads', reads),
    ...failuresOf('calls', calls),
    ...watches.flatMap(({ missed }, index) =>
      some(`watch ${index} missed ${missed.length} acknowledged writes`, missed),
    ),
    ...Object.entries(probes).flatMap(([machine, each]) => failuresOf(`probes from ${machine}`, each)),
    ...tooFew('writes', writes.succeeded, seconds * least.writesPerSecond),
    ...Object.entries(probes).flatMap(([machine, { succeeded }]) =>
      tooFew(`probes from ${machine}`, succeeded, seconds * least.probesPerSecond),
    ),
  ];
}

const some = (what: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`${what}: ${names.slice(0, 5).join(', ')}`];

function failuresOf(what: string, { failed, failures }: Requests): readonly string[] {
  if (failed === 0) return [];
  const shown = failures
    .slice(0, 5)
    .map(({ atMilliseconds, error }) => `after ${(atMilliseconds / 1000).toFixed(1)} s ${error}`);
  return [`${failed} ${what} failed: ${shown.join('; ')}`];
}

const tooFew = (what: string, succeeded: number, wanted: number): readonly string[] =>
  succeeded < wanted
    ? [`only ${succeeded} ${what} succeeded; a load of fewer than ${Math.ceil(wanted)} judges nothing`]
    : [];

/** The verdict as a table, with everything that was counted. */
export function tableOf({ api, probes }: Verdict): string {
  const rows = [
    rowOf('writes', api.writes),
    rowOf('reads', api.reads),
    rowOf('calls', api.calls),
    ...Object.entries(probes).map(([machine, each]) => rowOf(`probes from ${machine}`, each)),
  ];
  const { raw } = api;
  return [
    `A load of ${api.seconds} s:`,
    ...columns([['', 'succeeded', 'failed', 'slowest', 'longest gap', 'began after'], ...rows]),
    `acknowledged writes lost: ${api.lost.length}`,
    ...api.watches.map(
      ({ missed, relists, watches }, index) =>
        `watch ${index}: missed ${missed.length} acknowledged writes, opened ${watches} times, ${relists} re-lists`,
    ),
    `beneath the client's retries: ${raw.requests} attempts on ${raw.connections} connections, ${raw.resets} resets, ` +
      `${raw.goAways} GOAWAY, ${raw.tooManyRequests} answers 429, ${raw.serverErrors} answers 5xx, ` +
      `${raw.broken} attempts without an answer, ${raw.refused} connections refused`,
  ].join('\n');
}

const rowOf = (name: string, requests: Requests): readonly string[] => [
  name,
  String(requests.succeeded),
  String(requests.failed),
  `${requests.slowestMilliseconds} ms`,
  `${requests.longestGapMilliseconds} ms`,
  `${(requests.longestGapBeganMilliseconds / 1000).toFixed(1)} s`,
];

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
