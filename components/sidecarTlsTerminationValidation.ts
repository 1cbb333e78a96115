/** What is wrong with the arguments of a chain beyond the form of each: values that contradict each other, or that mean nothing together. */
import * as pulumi from "@pulumi/pulumi";
import { parseAuthorityChain } from "./x509/authorityChain";
import { validateSignature } from "./x509/certificateRequest";
import { validateCertificateSource } from "./certificates/sources/sourceRules";
import { validateClientSecretNames } from "./certificates/sources/certManager";
import { validateClients, issuedTo } from "./access/clients";
import { defaultTrustDomain } from "./x509/spiffe";
import { validateGivenAuthority } from "./certificates/givenAuthority";
import { validateNotRootNamespace } from "./mesh/namespace";
import { validateAllowedSources } from "./access/networkPolicy";
import { resolveObjectNames, type ObjectNames, validateObjectNames } from "./kubernetes/objectNames";
import { validateRevocationLists } from "./x509/revocationList";
import { sidecarTlsTerminationArgsCheck, type SidecarTlsTerminationArgs } from "./sidecarTlsTerminationArgs";
import { resolveApplication, resolveWorkload, validateWorkload } from "./workload/workload";
import { KeyAlgorithm } from "./x509/keyAlgorithm";
import type { Problem } from "./validation/problem";
import { validateCipherSuites, validateListeners } from "./listeners/listenerRules";
import { defaultClusterDomain, serviceHost } from "./workload/service";
import { defaultIstiodNamespace } from "./mesh/revisions";
import { leafLifetime, validateLifetime } from "./certificates/lifetime";

/** What is wrong with the values that are known, and with values that contradict each other. */
export function validateArguments(
    component: string,
    args: SidecarTlsTerminationArgs | pulumi.Unwrap<SidecarTlsTerminationArgs>,
): Problem[] {
    const problems = sidecarTlsTerminationArgsCheck(args, "");
    if (problems.length > 0) {
        return problems;
    }
    const missing = validateWorkload(args);
    const workload = resolveWorkload(args);
    if (workload === undefined) {
        return missing;
    }
    const { clients, certificates, certificateAuthority, istiod, objectNames } = args;
    const meshTrustDomain = istiod?.trustDomain ?? defaultTrustDomain;
    const names = resolveObjectNames(component, objectNames ?? {}, Boolean(args.certManager));
    const service = args.existingService ?? names.service;
    const known = [service, args.namespace, args.clusterDomain ?? defaultClusterDomain] as const;
    const host = known.every((one) => typeof one === "string")
        ? serviceHost(...(known as [string, string, string]))
        : undefined;
    return [
        // The defaults come from the component's name, which may be anything.
        ...validateObjectNames(names),
        ...missing,
        ...(args.certManager ? validateClientSecretNames(component, issuedTo(args), names.serverSecret) : []),
        ...validateNotRootNamespace(args.namespace, istiod?.namespace ?? defaultIstiodNamespace),
        ...validateListeners(args.listeners, resolveApplication(workload)),
        ...validateCipherSuites(
            args.listeners,
            args.existingSecrets ? undefined : (certificates?.keyAlgorithm ?? KeyAlgorithm.EcdsaP256),
        ),
        ...(clients ? validateClients(clients, args.listeners, meshTrustDomain, host) : []),
        ...(args.allowedSources ? validateAllowedSources(args.allowedSources, "allowedSources") : []),
        ...validateLifetime(certificates ?? {}, "certificates", leafLifetime),
        ...validateGivenAuthority(certificateAuthority, "certificateAuthority", meshTrustDomain),
        ...validateGivenAuthority(args.nextCertificateAuthority, "nextCertificateAuthority", meshTrustDomain),
        ...validateCertificateSource(args),
        ...validateContradictions(args),
        ...validateUnusedNames(args),
    ];
}

type Contradicting = Pick<
    SidecarTlsTerminationArgs,
    | "createNamespace"
    | "labelNamespace"
    | "clients"
    | "unsafeDisableGuard"
    | "existingService"
    | "connectivityCheckClient"
    | "existingSecrets"
> & { readonly service?: unknown; readonly workload?: unknown };

function validateContradictions(args: Contradicting): Problem[] {
    const pairs: readonly (readonly [boolean, string, string])[] = [
        [
            Boolean(args.createNamespace && args.labelNamespace),
            "labelNamespace",
            "true contradicts createNamespace: a namespace that is created here has the label already; leave one out",
        ],
        [
            Boolean(args.clients && args.unsafeDisableGuard),
            "unsafeDisableGuard",
            "true contradicts clients: it is the guard that tells them apart; leave one out",
        ],
        [
            Boolean(args.existingService && args.service),
            "service",
            "contradicts existingService, with which no Service is made here: leave one out",
        ],
        [
            Boolean(args.existingService && args.workload),
            "existingService",
            "contradicts workload, whose Service is made here: leave it out, or give existingWorkload",
        ],
        [
            Boolean(args.connectivityCheckClient && args.existingSecrets),
            "connectivityCheckClient",
            "true contradicts existingSecrets, with which no certificate is made here: leave it out, and give the ConnectivityCheck a clientBundle",
        ],
    ];
    return pairs.flatMap(([both, propertyPath, reason]) => (both ? [{ propertyPath, reason }] : []));
}

/** Names of objects that the other arguments leave out. */
function validateUnusedNames(args: SidecarTlsTerminationArgs | pulumi.Unwrap<SidecarTlsTerminationArgs>): Problem[] {
    const { workload, existingWorkload, existingService, existingSecrets, certManager, objectNames } = args;
    const unused: readonly (readonly [keyof ObjectNames, string, boolean])[] = [
        ["serverSecret", "existingSecrets", Boolean(existingSecrets)],
        ["caSecret", "existingSecrets", Boolean(existingSecrets)],
        ["caSecret", "certManager", Boolean(certManager && !existingSecrets)],
        ["deployment", "existingWorkload", Boolean(existingWorkload)],
        ["serviceAccount", "existingWorkload", Boolean(existingWorkload)],
        ["podDisruptionBudget", "existingWorkload", Boolean(existingWorkload)],
        ["serviceAccount", "workload.existingServiceAccount", Boolean(workload?.existingServiceAccount)],
        ["service", "existingService", Boolean(existingService)],
    ];
    return unused
        .filter(([role, , contradicts]) => contradicts && Boolean(objectNames?.[role]))
        .map(([role, other]) => ({
            propertyPath: `objectNames.${role}`,
            reason: `contradicts ${other}, with which no such object is made: leave one out`,
        }));
}

/** What takes its time to find out. */
export async function validateSignatures(args: pulumi.Unwrap<SidecarTlsTerminationArgs>): Promise<Problem[]> {
    const { clients, certificateAuthority, nextCertificateAuthority, certificateRevocationListPem } = args;
    const signatures = (clients ?? []).map(({ certificateRequestPem }, index) =>
        certificateRequestPem
            ? validateSignature(certificateRequestPem, `clients[${index}].certificateRequestPem`)
            : Promise.resolve([]),
    );
    const authorities = [certificateAuthority, nextCertificateAuthority].flatMap((given) =>
        given ? parseAuthorityChain(given.certificatePem).all : [],
    );
    const lists = certificateRevocationListPem
        ? validateRevocationLists(certificateRevocationListPem, "certificateRevocationListPem", authorities)
        : Promise.resolve([]);
    return (await Promise.all([...signatures, lists])).flat();
}
