import * as pulumi from "@pulumi/pulumi";
import { object, input, stringUpTo, matching } from "../validation/checks";
import type { Problem } from "../validation/problem";

/** The distinguished name of a certificate's holder (RFC 5280, section 4.1.2.6). */
export interface Subject {
    /** Common name (CN). Default: the name that the certificate is made for. */
    readonly commonName?: pulumi.Input<string>;
    /** Organization (O). Default: none. */
    readonly organization?: pulumi.Input<string>;
    /** Organizational unit (OU). Default: none. */
    readonly organizationalUnit?: pulumi.Input<string>;
    /** Locality (L), such as a city. Default: none. */
    readonly locality?: pulumi.Input<string>;
    /** State or province (ST). Default: none. */
    readonly province?: pulumi.Input<string>;
    /** Country (C), two letters as in ISO 3166. Default: none. */
    readonly country?: pulumi.Input<string>;
}

/** The upper bounds of RFC 5280, appendix A.1. */
export const subjectCheck = object<Subject>({
    commonName: input(stringUpTo(64)),
    organization: input(stringUpTo(64)),
    organizationalUnit: input(stringUpTo(64)),
    locality: input(stringUpTo(128)),
    province: input(stringUpTo(128)),
    country: input(matching(/^[A-Z]{2}$/, 'must be a country in two capital letters, such as "DE"')),
});

/** A component's name that is too long for the common name that it would become. */
export function validateDefaultCommonName(
    component: string,
    subject: { readonly commonName?: unknown } | undefined,
): Problem[] {
    return subject?.commonName
        ? []
        : stringUpTo(64)(component, "subject.commonName").map((found) => ({
              ...found,
              reason: `, the component's name, ${found.reason}: give one`,
          }));
}

/** A default common name; without one that fits, the alternative names alone say whom the certificate is for. */
export function commonNameOf(name: pulumi.Input<string>, short: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.all([name, short]).apply(([known, instead]) => (known.length <= 64 ? known : instead));
}

/** A distinguished name in one line; Node.js gives each of its attributes one. */
export function formatDistinguishedName(distinguishedName: string): string {
    return distinguishedName.split("\n").join(", ");
}
