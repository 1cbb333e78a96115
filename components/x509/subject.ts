/** Distinguished names. */
import * as pulumi from "@pulumi/pulumi";
import { input, matching, object, stringUpTo } from "../validation/checks";
import type { Problem } from "../validation/problem";

/** Distinguished name of a certificate holder. See [RFC 5280, section 4.1.2.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.6). */
export interface Subject {
    /** Common name (CN), from 1 to 64 characters. Default: depends on the certificate; for a CertificateAuthority and a ClientCertificate, the name of the component. */
    readonly commonName?: pulumi.Input<string>;
    /** Organization (O), from 1 to 64 characters. Default: none. */
    readonly organization?: pulumi.Input<string>;
    /** Organizational unit (OU), from 1 to 64 characters. Default: none. */
    readonly organizationalUnit?: pulumi.Input<string>;
    /** Locality (L), such as a city, from 1 to 128 characters. Default: none. */
    readonly locality?: pulumi.Input<string>;
    /** State or province (ST), from 1 to 128 characters. Default: none. */
    readonly province?: pulumi.Input<string>;
    /** Country (C): two capital letters as in [ISO 3166](https://www.iso.org/iso-3166-country-codes.html), such as "DE". Default: none. */
    readonly country?: pulumi.Input<string>;
}

/** Upper bound of common name, organization and organizational unit (RFC 5280, appendix A.1). */
const maxNameLength = 64;

export const subjectCheck = object<Subject>({
    commonName: input(stringUpTo(maxNameLength)),
    organization: input(stringUpTo(maxNameLength)),
    organizationalUnit: input(stringUpTo(maxNameLength)),
    locality: input(stringUpTo(128)),
    province: input(stringUpTo(128)),
    country: input(matching(/^[A-Z]{2}$/, 'must be a country code of two capital letters, such as "DE"')),
});

/** A component's name that is too long for the common name that defaults to it. */
export function validateDefaultCommonName(
    component: string,
    subject: { readonly commonName?: unknown } | undefined,
): Problem[] {
    return subject?.commonName
        ? []
        : stringUpTo(maxNameLength)(component, "subject.commonName").map((found) => ({
              ...found,
              reason: `${found.reason}. It defaults to the name of the component: set a shorter one`,
          }));
}

/** A default common name; if neither name fits, the alternative names alone identify the holder. */
export function commonNameOf(name: pulumi.Input<string>, short: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.all([name, short]).apply(([known, instead]) => (known.length <= maxNameLength ? known : instead));
}
