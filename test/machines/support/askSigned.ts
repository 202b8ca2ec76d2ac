import { inNode } from './cluster.ts';

/** What the Node API answered to a machine. */
export interface NodeApiAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks the Node API from inside a machine, with the machine's own credentials and the node script's own way to sign.
 * `prepare` runs before; `body` is a shell word, so that it may hold what was prepared.
 */
export async function askSigned(
  machine: string,
  { path, body, prepare = '' }: { path: string; body: string; prepare?: string },
): Promise<NodeApiAnswer> {
  const text = await inNode(
    machine,
    `
set -a
. /etc/kubestep/endpoints.env
set +a
. /usr/local/lib/kubestep/fetch-bundle
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
${prepare}
printf '%s' ${body} > "$folder/body"
signed execute-api -o "$folder/answer" -w '%{http_code}' -H 'content-type: application/json' --data-binary "@$folder/body" \\
  "$(pinned NODE_API)${path}" || true
echo
cat "$folder/answer"
`,
  );
  const [status = '', ...lines] = text.split('\n');
  return { status: Number(status), body: lines.join('\n') };
}

/** Prepares `$folder/csr`: a request for a key, a new one unless one of the machine's own is named, as a text for JSON. */
export const requestFor = (key?: string): string => `
${key === undefined ? 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$folder/key" 2> /dev/null' : `cp ${key} "$folder/key"`}
openssl req -new -sha256 -key "$folder/key" -subj "/CN=anything" | awk '{ printf "%s\\\\n", $0 }' > "$folder/csr"
`;

/** The body that asks for a certificate of a profile with the prepared request, as a shell word. */
export const certificateBody = (profile: string, more = ''): string =>
  `'{"requests":[{"profile":"${profile}","csr":"'"$(cat "$folder/csr")"'"${more}}]}'`;
