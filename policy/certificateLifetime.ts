/** Certificates that live too long: whoever has got hold of the key has the use of it until then. */
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { parseAuthorityChain } from "../components/x509/authorityChain";
import { object } from "../components/validation/checks";
import { beginning, expiry, readCertificate } from "../components/x509/readCertificate";
import { isOf, isSecret, kubernetesObject } from "./kubernetesObject";
import { decoded } from "./pem";
import { at, later, propertyPath, readable, texts } from "./values";
import { problem, type Problem, formatProblemWithPath } from "../components/validation/problem";
import { formatDistinguishedName } from "../components/x509/subject";
import { authorityLifetime, leafLifetime, validityCheck } from "../components/certificates/lifetime";

interface Limits {
    readonly maxValidityPeriodHours?: number;
    readonly maxAuthorityValidityPeriodHours?: number;
}

/** By default what the components of this package make is just within. */
const defaults: Required<Limits> = {
    maxValidityPeriodHours: leafLifetime.validityPeriodHours,
    maxAuthorityValidityPeriodHours: authorityLifetime.validityPeriodHours,
};

export const certificateLifetime: ResourceValidationPolicy = {
    name: "certificate-lifetime",
    description: "A certificate may not live longer than the limit.",
    enforcementLevel: "advisory",
    configSchema: {
        properties: {
            maxValidityPeriodHours: {
                type: "integer",
                minimum: 1,
                default: defaults.maxValidityPeriodHours,
                description: "How long a certificate may be valid, in hours.",
            },
            maxAuthorityValidityPeriodHours: {
                type: "integer",
                minimum: 1,
                default: defaults.maxAuthorityValidityPeriodHours,
                description: "The same for the certificate of a CA.",
            },
        },
    },
    validateResource: (resource, reportViolation) => {
        for (const found of lifetimeProblems(resource, limitsIn(resource.getConfig()))) {
            reportViolation(formatProblemWithPath(found));
        }
    },
};

/** The engine checks the form of the settings, and takes those that are misspelt without a word. */
function limitsIn(settings: Limits): Required<Limits> {
    const wrong = limitsCheck(settings, "certificate-lifetime").map(formatProblemWithPath);
    if (wrong.length > 0) {
        throw new Error(wrong.join("\n"));
    }
    return { ...defaults, ...settings };
}

const limitsCheck = object<Limits>({
    maxValidityPeriodHours: validityCheck,
    maxAuthorityValidityPeriodHours: validityCheck,
});

function lifetimeProblems(resource: ResourceValidationArgs, limits: Required<Limits>): Problem[] {
    // The certificate with which a check is to be refused never ends, and nobody trusts it.
    if (resource.urn.includes("istio-sidecar-tls:index:ConnectivityCheck$")) {
        return [];
    }
    if (/^tls:index\/(locally|self)Signed/.test(resource.type)) {
        const content = readable(resource.props);
        return declared(
            "validityPeriodHours",
            at(content, "validityPeriodHours"),
            at(content, "isCaCertificate"),
            limits,
        );
    }
    const subject = kubernetesObject(resource);
    if (subject && isCertificate(subject)) {
        const { spec } = subject;
        return declared("spec.duration", hoursIn(at(spec, "duration")), at(spec, "isCA"), limits);
    }
    return subject && (isSecret(subject) || isConfigMap(subject)) ? contained(subject.content, limits) : [];
}

const isConfigMap = isOf("", "ConfigMap");
const isCertificate = isOf("cert-manager.io", "Certificate");

/** A lifetime that a property says. */
function declared(path: string, hours: unknown, isAuthority: unknown, limits: Required<Limits>): Problem[] {
    const limit = limitOf(isAuthority === true, limits);
    return typeof hours === "number" && isAuthority !== later && hours > limit.hours
        ? [problem(path, hours, `hours are longer than ${limit.name} allows, ${limit.hours}`)]
        : [];
}

/** The certificates in PEM form that an object holds; of each value the one that lives longest. */
function contained(content: unknown, limits: Required<Limits>): Problem[] {
    return texts(content).flatMap(({ keys, text }) => {
        const certificates = decoded(text).flatMap((pem) => parseAuthorityChain(pem).all.map(readCertificate));
        const tooLong = certificates
            .flatMap((certificate) => {
                if (certificate === undefined) {
                    return [];
                }
                const milliseconds = expiry(certificate).getTime() - beginning(certificate).getTime();
                const hours = Math.floor(milliseconds / 3_600_000);
                const limit = limitOf(certificate.ca, limits);
                return hours > limit.hours
                    ? [{ hours, limit, holder: formatDistinguishedName(certificate.subject) }]
                    : [];
            })
            .sort((one, other) => other.hours - one.hours);
        return tooLong.slice(0, 1).map(({ hours, limit, holder }) => ({
            propertyPath: propertyPath(keys),
            reason: `the certificate of "${holder}" is valid for ${hours} hours, longer than ${limit.name} allows, ${limit.hours}`,
        }));
    });
}

function limitOf(isAuthority: boolean, limits: Required<Limits>): { name: keyof Limits; hours: number } {
    const name = isAuthority ? "maxAuthorityValidityPeriodHours" : "maxValidityPeriodHours";
    return { name, hours: limits[name] };
}

/** A duration of Go's, such as "2160h" or "2160h0m0s" (time.ParseDuration); the API server refuses what is none. */
function hoursIn(duration: unknown): number | undefined {
    if (typeof duration !== "string" || !durationForm.test(duration)) {
        return undefined;
    }
    const seconds = [...duration.matchAll(durationPart)].map(
        ([, amount, unit]) => Number(amount) * unitSeconds[unit as keyof typeof unitSeconds],
    );
    return seconds.reduce((sum, part) => sum + part, 0) / 3600;
}

// Go takes both signs for micro, U+00B5 and U+03BC.
const unitSeconds = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, "\u00b5s": 1e-6, "\u03bcs": 1e-6, ns: 1e-9 };
const durationPart = /(\d+(?:\.\d*)?|\.\d+)(ms|us|\u00b5s|\u03bcs|ns|h|m|s)/g;
const durationForm = new RegExp(`^(${durationPart.source})+$`);
