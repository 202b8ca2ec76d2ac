import { objectIdentifier, sequence, set, utf8String } from './der.ts';

/** Whom a certificate speaks for: to Kubernetes, the user name and its groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Attribute types of a distinguished name (X.520). */
const attribute = { commonName: objectIdentifier('2.5.4.3'), organization: objectIdentifier('2.5.4.10') };

/** The distinguished name: organizations first, as openssl and Kubernetes write it. */
export function encodeSubject({ commonName, organizations }: Subject): Buffer {
  return sequence(
    ...organizations.map((organization) => set(sequence(attribute.organization, utf8String(organization)))),
    set(sequence(attribute.commonName, utf8String(commonName))),
  );
}
