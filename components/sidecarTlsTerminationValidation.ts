/** What is wrong with the arguments of a chain beyond the form of each: values that contradict each other, or that mean nothing together. */
import * as pulumi from "@pulumi/pulumi";
import { authorityChain } from "./x509/authorityChain";
import { signatureProblems } from "./x509/certificateRequest";
import { certificateSourceProblems } from "./certificates/sources/sourceRules";
import { clientSecretProblems } from "./certificates/sources/certManager";
import { clientProblems, issuedTo } from "./access/clients";
import { defaultTrustDomain } from "./x509/spiffe";
import { givenAuthorityProblems } from "./certificates/givenAuthority";
import { rootNamespaceProblems } from "./mesh/namespace";
import { sourceProblems } from "./access/networkPolicy";
import { allObjectNames, type ObjectNames, objectNamesProblems } from "./kubernetes/objectNames";
import { revocationListProblems } from "./x509/revocationList";
import { argumentsCheck, type SidecarTlsTerminationArgs } from "./sidecarTlsTerminationArgs";
import { application, resolveWorkload, workloadProblems } from "./workload/workload";
import { KeyAlgorithm } from "./x509/keyAlgorithm";
import type { Problem } from "./validation/problem";
import { cipherSuiteProblems, listenerProblems } from "./listeners/listenerRules";
import { defaultClusterDomain, hostOf } from "./workload/service";
import { defaultIstiodNamespace } from "./mesh/revisions";
import { leafLifetime, lifetimeProblems } from "./certificates/lifetime";

/** What is wrong with the values that are known, and with values that contradict each other. */
export function argumentProblems(
    component: string,
    args: SidecarTlsTerminationArgs | pulumi.Unwrap<SidecarTlsTerminationArgs>,
): Problem[] {
    const problems = argumentsCheck(args, "");
    if (problems.length > 0) {
        return problems;
    }
    const missing = workloadProblems(args);
    const workload = resolveWorkload(args);
    if (workload === undefined) {
        return missing;
    }
    const { clients, certificates, certificateAuthority, istiod, objectNames } = args;
    const meshTrustDomain = istiod?.trustDomain ?? defaultTrustDomain;
    const names = allObjectNames(component, objectNames ?? {}, Boolean(args.certManager));
    const service = args.existingService ?? names.service;
    const known = [service, args.namespace, args.clusterDomain ?? defaultClusterDomain] as const;
    const host = known.every((one) => typeof one === "string")
        ? hostOf(...(known as [string, string, string]))
        : undefined;
    return [
        // The defaults come from the component's name, which may be anything.
        ...objectNamesProblems(names),
        ...missing,
        ...(args.certManager ? clientSecretProblems(component, issuedTo(args), names.serverSecret) : []),
        ...rootNamespaceProblems(args.namespace, istiod?.namespace ?? defaultIstiodNamespace),
        ...listenerProblems(args.listeners, application(workload)),
        ...cipherSuiteProblems(
            args.listeners,
            args.existingSecrets ? undefined : (certificates?.keyAlgorithm ?? KeyAlgorithm.EcdsaP256),
        ),
        ...(clients ? clientProblems(clients, args.listeners, meshTrustDomain, host) : []),
        ...(args.allowedSources ? sourceProblems(args.allowedSources, "allowedSources") : []),
        ...lifetimeProblems(certificates ?? {}, "certificates", leafLifetime),
        ...givenAuthorityProblems(certificateAuthority, "certificateAuthority", meshTrustDomain),
        ...givenAuthorityProblems(args.nextCertificateAuthority, "nextCertificateAuthority", meshTrustDomain),
        ...certificateSourceProblems(args),
        ...contradictions(args),
        ...unusedNameProblems(args),
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

function contradictions(args: Contradicting): Problem[] {
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
function unusedNameProblems(args: SidecarTlsTerminationArgs | pulumi.Unwrap<SidecarTlsTerminationArgs>): Problem[] {
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
export async function slowArgumentProblems(args: pulumi.Unwrap<SidecarTlsTerminationArgs>): Promise<Problem[]> {
    const { clients, certificateAuthority, nextCertificateAuthority, certificateRevocationListPem } = args;
    const signatures = (clients ?? []).map(({ certificateRequestPem }, index) =>
        certificateRequestPem
            ? signatureProblems(certificateRequestPem, `clients[${index}].certificateRequestPem`)
            : Promise.resolve([]),
    );
    const authorities = [certificateAuthority, nextCertificateAuthority].flatMap((given) =>
        given ? authorityChain(given.certificatePem).all : [],
    );
    const lists = certificateRevocationListPem
        ? revocationListProblems(certificateRevocationListPem, "certificateRevocationListPem", authorities)
        : Promise.resolve([]);
    return (await Promise.all([...signatures, lists])).flat();
}
