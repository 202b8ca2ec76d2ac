import { type AccessKey, accessKeyIn } from './accessKey.ts';
import { announcedIn } from './announcement.ts';

/** The only region of the model. */
const region = 'us-east-1';

/** What clients of the world in a folder export; undefined where nobody serves it. */
export function environmentOf(folder: string): Readonly<Record<string, string | undefined>> | undefined {
  const announced = announcedIn(folder);
  return announced && clientEnvironment(announced.endpoint, region, accessKeyIn(folder));
}

/** What AWS's own clients read, so that they reach a served world unchanged; undefined is to be unset. */
export function clientEnvironment(
  endpoint: string,
  region: string,
  { accessKeyId, secretAccessKey }: AccessKey,
): Readonly<Record<string, string | undefined>> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    // awscli 1 knows the region by this name only.
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    // There is no host sync-127.0.0.1, which clients would ask for states:TestState.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    KUBESTEP_ENDPOINT: endpoint,
    // Left over from elsewhere, these would come before the key.
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  };
}
