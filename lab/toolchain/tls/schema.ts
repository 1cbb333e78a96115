/**
 * The resource types of the stand-in for the tls plugin: inputs, defaults, outputs and secrets. From
 * internal/provider/resource_*.go of terraform-provider-tls, with the names of @pulumi/tls.
 */
import type { Properties } from "../plugin/values";

export interface ResourceSchema {
    readonly required: readonly string[];
    readonly optional: readonly string[];
    readonly defaults: Properties;
    /** Set when the resource is created, and unknown in a preview before. */
    readonly computed: readonly string[];
    readonly secret: readonly string[];
    readonly isCertificate: boolean;
}

const names = ["dnsNames", "ipAddresses", "uris", "subject"];
const certificate = {
    optional: ["earlyRenewalHours", "isCaCertificate", "maxPathLength", "setSubjectKeyId"],
    defaults: { earlyRenewalHours: 0, isCaCertificate: false, setSubjectKeyId: false, readyForRenewal: false },
    computed: ["certPem", "validityStartTime", "validityEndTime"],
    isCertificate: true,
};

export const schemas: Readonly<Record<string, ResourceSchema>> = {
    "tls:index/privateKey:PrivateKey": {
        required: ["algorithm"],
        optional: ["ecdsaCurve", "rsaBits"],
        defaults: { ecdsaCurve: "P224", rsaBits: 2048 },
        computed: [
            "privateKeyPem",
            "privateKeyPemPkcs8",
            "privateKeyOpenssh",
            "publicKeyPem",
            "publicKeyOpenssh",
            "publicKeyFingerprintMd5",
            "publicKeyFingerprintSha256",
        ],
        secret: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
        isCertificate: false,
    },
    "tls:index/certRequest:CertRequest": {
        required: ["privateKeyPem"],
        optional: names,
        defaults: {},
        computed: ["certRequestPem", "keyAlgorithm"],
        secret: ["privateKeyPem"],
        isCertificate: false,
    },
    "tls:index/selfSignedCert:SelfSignedCert": {
        ...certificate,
        required: ["privateKeyPem", "validityPeriodHours", "allowedUses"],
        optional: [...certificate.optional, ...names, "setAuthorityKeyId"],
        defaults: { ...certificate.defaults, setAuthorityKeyId: false },
        computed: [...certificate.computed, "keyAlgorithm"],
        secret: ["privateKeyPem"],
    },
    "tls:index/locallySignedCert:LocallySignedCert": {
        ...certificate,
        required: ["certRequestPem", "caPrivateKeyPem", "caCertPem", "validityPeriodHours", "allowedUses"],
        computed: [...certificate.computed, "caKeyAlgorithm"],
        secret: ["caPrivateKeyPem"],
    },
};

export function schemaOf(type: string): ResourceSchema {
    const schema = schemas[type];
    if (schema === undefined) {
        const supported = Object.keys(schemas).join(", ");
        throw new Error(
            `${type}: the stand-in for the tls plugin does not support this type. It supports ${supported}.`,
        );
    }
    return schema;
}
