/** Distinguished names, in the order of Go's crypto/x509/pkix, and subject alternative names. */
import * as x509 from "@peculiar/x509";
import { isObject, type Properties, type Value } from "../plugin/values";

/** Attributes' short names or OIDs, by the names of the arguments. */
const attributes: readonly (readonly [string, string])[] = [
    ["country", "C"],
    ["organization", "O"],
    ["organizationalUnit", "OU"],
    ["locality", "L"],
    ["province", "ST"],
    ["streetAddresses", "2.5.4.9"],
    ["postalCode", "2.5.4.17"],
    ["commonName", "CN"],
    ["serialNumber", "2.5.4.5"],
];
const emailAddress = "1.2.840.113549.1.9.1";

export function toDistinguishedName(subject: Value | undefined): x509.Name {
    const given = isObject(subject) ? subject : {};
    const name: x509.JsonNameParams = attributes.flatMap(([argument, attribute]) =>
        toStrings(given[argument]).map((value) => ({ [attribute]: [value] })),
    );
    for (const email of toStrings(given["emailAddress"])) {
        name.push({ [emailAddress]: [{ ia5String: email }] });
    }
    return new x509.Name(name);
}

/** Reads a CSR's name as Go does: only the attributes above, in their order. */
export function readRequestedName(request: x509.Pkcs10CertificateRequest): x509.Name {
    const requested = request.subjectName;
    return new x509.Name(
        attributes.flatMap(([, attribute]) => requested.getField(attribute).map((value) => ({ [attribute]: [value] }))),
    );
}

type AlternativeName = { readonly type: "dns" | "ip" | "url"; readonly value: string };

export function toAlternativeNames(inputs: Properties): AlternativeName[] {
    return [
        ...toStrings(inputs["dnsNames"]).map((value) => ({ type: "dns", value }) as const),
        ...toStrings(inputs["ipAddresses"]).map((value) => ({ type: "ip", value }) as const),
        ...toStrings(inputs["uris"]).map((value) => ({ type: "url", value }) as const),
    ];
}

export function readRequestedAlternativeNames(request: x509.Pkcs10CertificateRequest): AlternativeName[] {
    const extension = request.extensions.find((entry) => entry instanceof x509.SubjectAlternativeNameExtension);
    return (extension?.names.items ?? [])
        .filter((name) => ["dns", "ip", "url"].includes(name.type))
        .map((name) => ({ type: name.type, value: name.value }) as AlternativeName);
}

function toStrings(value: Value | undefined): string[] {
    if (value === undefined || value === null || value === "") {
        return [];
    }
    return (Array.isArray(value) ? value : [value]).map(String);
}
