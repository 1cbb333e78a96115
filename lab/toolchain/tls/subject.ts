/** Distinguished names, in the order in which Go's crypto/x509/pkix writes them, and subject alternative names. */
import * as x509 from "@peculiar/x509";
import { type Properties, type Value, isObject } from "../plugin/values";

/** From the argument's name to the attribute's short name or OID. */
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

export function distinguishedName(subject: Value | undefined): x509.Name {
    const given = isObject(subject) ? subject : {};
    const name: x509.JsonNameParams = attributes.flatMap(([argument, attribute]) =>
        list(given[argument]).map((value) => ({ [attribute]: [value] })),
    );
    for (const email of list(given["emailAddress"])) {
        name.push({ [emailAddress]: [{ ia5String: email }] });
    }
    return new x509.Name(name);
}

/** A request's name as Go hands it on: the attributes above alone, in their order. */
export function requestedName(request: x509.Pkcs10CertificateRequest): x509.Name {
    const requested = request.subjectName;
    return new x509.Name(
        attributes.flatMap(([, attribute]) => requested.getField(attribute).map((value) => ({ [attribute]: [value] }))),
    );
}

type AlternativeName = { readonly type: "dns" | "ip" | "url"; readonly value: string };

export function alternativeNames(inputs: Properties): AlternativeName[] {
    return [
        ...list(inputs["dnsNames"]).map((value) => ({ type: "dns", value }) as const),
        ...list(inputs["ipAddresses"]).map((value) => ({ type: "ip", value }) as const),
        ...list(inputs["uris"]).map((value) => ({ type: "url", value }) as const),
    ];
}

export function requestedAlternativeNames(request: x509.Pkcs10CertificateRequest): AlternativeName[] {
    const extension = request.extensions.find((entry) => entry instanceof x509.SubjectAlternativeNameExtension);
    return (extension?.names.items ?? [])
        .filter((name) => ["dns", "ip", "url"].includes(name.type))
        .map((name) => ({ type: name.type, value: name.value }) as AlternativeName);
}

function list(value: Value | undefined): string[] {
    if (value === undefined || value === null || value === "") {
        return [];
    }
    return (Array.isArray(value) ? value : [value]).map(String);
}
