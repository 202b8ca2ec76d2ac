import type { AuthorityName, ClusterIdentity } from '../blueprint/blueprint.ts';
import type { Subject } from './subject.ts';

/** The three domains of trust: a certificate of one proves nothing to the others. */
export const authorityNames: readonly AuthorityName[] = ['kubernetes', 'etcd', 'front-proxy'];

/** Whom a CA certificate names; the cluster's id separates clusters that had the same name. */
export const authoritySubject = (authority: AuthorityName, cluster: Pick<ClusterIdentity, 'id'>): Subject => ({
  commonName: `${authority}-ca ${cluster.id}`,
  organizations: ['kubestep'],
});

/** Under which name a CA's key and certificate are kept. */
export const authorityRowName = (authority: AuthorityName): `${AuthorityName}-ca` => `${authority}-ca`;
