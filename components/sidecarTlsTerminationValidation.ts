/** Rules of the component's arguments beyond the format of each: arguments that contradict each other, or have no effect together. */
import type * as pulumi from "@pulumi/pulumi";
import { issuedTo, validateClients } from "./access/clients";
import { validateAllowedSources } from "./access/networkPolicy";
import { validateGivenAuthority } from "./certificates/givenAuthority";
import { leafLifetime, validateLifetime } from "./certificates/lifetime";
import { validateClientSecretNames } from "./certificates/sources/certManager";
import { validateCertificateSource } from "./certificates/sources/sourceRules";
import { type ObjectNames, resolveObjectNames, validateObjectNames } from "./kubernetes/objectNames";
import { validateCipherSuites, validateListeners } from "./listeners/listenerRules";
import { validateNotRootNamespace } from "./mesh/namespace";
import { defaultIstiodNamespace } from "./mesh/revisions";
import { type SidecarTlsTerminationArgs, sidecarTlsTerminationArgsCheck } from "./sidecarTlsTerminationArgs";
import { type Exclusion, exclusive } from "./validation/exclusive";
import type { Problem } from "./validation/problem";
import { defaultClusterDomain, serviceHost } from "./workload/service";
import { resolveApplication, resolveWorkload, validateWorkload } from "./workload/workload";
import { parseAuthorityChain } from "./x509/authorityChain";
import { validateSignature } from "./x509/certificateRequest";
import { defaultKeyAlgorithm } from "./x509/keyAlgorithm";
import { validateRevocationLists } from "./x509/revocationList";
import { defaultTrustDomain } from "./x509/spiffe";

/** All problems of the values that are known. */
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
        // The default names contain the name of the component, which Pulumi does not restrict.
        ...validateObjectNames(names),
        ...missing,
        ...(args.certManager ? validateClientSecretNames(component, issuedTo(args), names.serverSecret) : []),
        ...validateNotRootNamespace(args.namespace, istiod?.namespace ?? defaultIstiodNamespace),
        ...validateListeners(args.listeners, resolveApplication(workload)),
        ...validateCipherSuites(
            args.listeners,
            args.existingSecrets ? undefined : (certificates?.keyAlgorithm ?? defaultKeyAlgorithm),
        ),
        ...(clients ? validateClients(clients, args.listeners, meshTrustDomain, host) : []),
        ...(args.allowedSources ? validateAllowedSources(args.allowedSources, "allowedSources") : []),
        ...validateLifetime(certificates ?? {}, "certificates", leafLifetime),
        ...validateGivenAuthority(certificateAuthority, "certificateAuthority", meshTrustDomain),
        ...validateGivenAuthority(args.nextCertificateAuthority, "nextCertificateAuthority", meshTrustDomain),
        ...validateCertificateSource(args),
        ...validateExclusions(args),
        ...validateUnusedNames(args),
    ];
}

type ExclusiveArguments = Pick<
    SidecarTlsTerminationArgs,
    | "createNamespace"
    | "labelNamespace"
    | "clients"
    | "unsafeDisableGuard"
    | "existingService"
    | "connectivityCheckClient"
    | "existingSecrets"
> & { readonly service?: unknown; readonly workload?: unknown };

function validateExclusions(args: ExclusiveArguments): Problem[] {
    return exclusive([
        {
            path: "labelNamespace",
            excludedBy: "createNamespace",
            both: Boolean(args.createNamespace && args.labelNamespace),
            because: "a namespace that the component creates is already labeled",
        },
        {
            path: "unsafeDisableGuard",
            excludedBy: "clients",
            both: Boolean(args.clients && args.unsafeDisableGuard),
            because: "the guard enforces the allow list",
        },
        {
            path: "service",
            excludedBy: "existingService",
            both: Boolean(args.existingService && args.service),
            because: "the component creates no Service if there is an existing one",
        },
        {
            path: "existingService",
            excludedBy: "workload",
            both: Boolean(args.existingService && args.workload),
            because: "the component creates the Service of a workload that it creates; set existingWorkload instead",
        },
        {
            path: "connectivityCheckClient",
            excludedBy: "existingSecrets",
            both: Boolean(args.connectivityCheckClient && args.existingSecrets),
            because:
                "the component issues no certificates; set clientBundle of the ConnectivityCheck instead of connectivityCheckClient",
        },
    ]);
}

/** Names of objects that the component does not create with the other arguments. */
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
    return exclusive(
        unused.map(([role, excludedBy, excluded]): Exclusion => ({
            path: `objectNames.${role}`,
            excludedBy,
            both: excluded && Boolean(objectNames?.[role]),
            because: "the component then creates no such object",
        })),
    );
}

/** Asynchronous checks: signatures. */
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
