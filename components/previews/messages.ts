/**
 * The sentences that a preview and an update say besides the list of changes. docs/pull-requests.md quotes some of them, and the
 * table of typical changes in tests/mesh/previews uses them all.
 */

const notKnownYet = "(not known until update)";

function podsEnd(event: string): (drainSeconds: number) => string {
    return (drainSeconds) => {
        if (drainSeconds === 0) {
            return `${event}: open connections of each terminating pod end immediately.`;
        }
        const time = drainSeconds === 1 ? "1 second" : `${drainSeconds} seconds`;
        return `${event}: each terminating pod keeps its open connections for ${time}, in which clients are sent to other pods.`;
    };
}

export const pods = {
    unknown: podsEnd(`Rolling update possible ${notKnownYet}`),
    replaced: podsEnd("Rolling update"),
    fewer: podsEnd("Scale-down"),
};

/** Envoy drains the filter chains that are replaced, and no others. */
function drained(event: string): string {
    return `${event}: open connections end when Envoy has drained the old configuration (Istio's drainDuration, 45 seconds by default).`;
}

export const listeners = {
    unknown: drained(`Listeners may change ${notKnownYet}`),
    changed: drained("Listeners change"),
};

export const guard = {
    unknown: drained(`Guard rules may change ${notKnownYet}`),
    changed: drained("Guard rules change"),
};

export const service = {
    unknown: `Service ports or type may change ${notKnownYet}: clients of a removed port or type cannot connect.`,
    portsRemoved: (ports: readonly number[]) =>
        ports.length === 1
            ? `Service port ${ports.join()} is removed: its clients cannot connect.`
            : `Service ports ${ports.join(", ")} are removed: their clients cannot connect.`,
    typeChanged: (before: string, after: string) =>
        `Service type changes from ${before} to ${after}: clients that connect through the ${before} cannot connect.`,
    replaced:
        "The Service will be created or replaced. After a replacement, clients of the old name or address cannot connect.",
};

export const deployment = {
    replaced:
        "The Deployment will be created or replaced. A replacement (new selector or name) deletes the old pods before it starts new ones: expect downtime.",
};

const due = "because it is in its renewal window, or because of an input that the diff shows";

export const certificates = {
    authority: `The CA certificate will be renewed with the same key and subject, ${due}. Certificates that the CA has signed stay valid. Clients need the new CA certificate before the old one expires.`,
    server: `The server certificate will be renewed for the same key, ${due}. Sidecars reload it without a restart.`,
    client: `The client certificate will be renewed for the same key, ${due}. Give the client its new bundle; if the CA is the same, the old certificate stays valid until it expires.`,
    requested:
        "A certificate will be issued for the client's CSR: send it to the client. An earlier certificate from the same CA stays valid until it expires.",
};

/** Certificates end with the CA that signed them, whatever their own lifetime is; a renewal has to be due before that. */
export function authorityExpiresFirst(
    component: string,
    authorityEnd: string,
    serverEnd: string,
    earlyRenewalHours: number,
): string {
    return `${component}: the CA expires on ${authorityEnd}, and the server certificate with it, but the certificate is not renewed until ${earlyRenewalHours} hours before ${serverEnd}. Renew the CA in time, or lower certificates.validityPeriodHours`;
}
