import { answered } from '../../shared/operations/answer.ts';
import { issueKubeconfig, receiveKubeconfigRequest } from '../../shared/operations/issueKubeconfig.ts';

/** Gives an operator what a kubeconfig is made of: a certificate for some hours, for a key that only the operator has. */
export const handler = answered(async (event: unknown) => issueKubeconfig(receiveKubeconfigRequest(event)));
