/** A request as it came over the wire. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query: `/bucket/a%20key` */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What goes back over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | BodyInFile;
}

/** A body that its sender reads from its file. */
export interface BodyInFile {
  readonly file: string;
}

export const isInFile = (body: WireAnswer['body']): body is BodyInFile => typeof body === 'object' && 'file' in body;

/** The error for a client, under the name that the model gives it. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly statusCode: number;
  /** What the error carries besides, e.g. `CancellationReasons`. */
  readonly details: Readonly<Record<string, unknown>>;
}
