/** Mistakes with listeners that Istio would swallow. */
import { type Problem, problem } from "../validation/problem";
import { isLater } from "../validation/checks";
import { type Listener, listenersWithDefaults, hasTls } from "./listeners";
import { validateTls } from "./listenerTls";

/** A server's key takes part only in cipher suites of its kind. */
export function validateCipherSuites(
    listeners: readonly Listener[] | undefined,
    /** Kind of the server's key; undefined where it is not known here. */
    keyAlgorithm: unknown,
): Problem[] {
    if (typeof keyAlgorithm !== "string") {
        return [];
    }
    const kind = keyAlgorithm.split("-")[0] ?? "";
    return (listeners ?? []).flatMap(({ tls }, index) => {
        const suites: unknown = tls?.cipherSuites;
        return !Array.isArray(suites) ||
            suites.some(isLater) ||
            suites.some((suite) => String(suite).includes(`-${kind}-`))
            ? []
            : [
                  problem(
                      `listeners[${index}].tls.cipherSuites`,
                      suites,
                      `has none for a server with a key of the kind ${kind} (certificates.keyAlgorithm): add one with -${kind}- in its name`,
                  ),
              ];
    });
}

/** Ports and names that get in each other's way; one that is known only later is looked at when it is. */
export function validateListeners(
    given: readonly Listener[] | undefined,
    application: { readonly port: unknown; readonly path: string },
): Problem[] {
    const all = listenersWithDefaults(given);
    const problems = all.flatMap((listener, index) => {
        const path = `listeners[${index}]`;
        const earlier = all.slice(0, index);
        return [
            ...sameAs("name", "give each its own name"),
            ...sameAs("servicePort", "give each its own port of the Service"),
            ...sameAs("listenerPort", "give each its own port of the sidecar"),
            ...(listener.tls ? validateTls(listener.tls, `${path}.tls`) : []),
            ...(!listener.tls && given?.[index]?.tls
                ? [
                      {
                          propertyPath: `${path}.tls`,
                          reason: `contradicts protocol ${JSON.stringify(listener.protocol)}, which is without TLS: leave it out, or take "HTTPS" or "TLS"`,
                      },
                  ]
                : []),
            ...applicationsOwn(listener.listenerPort, `${path}.listenerPort`),
        ];

        function sameAs(property: "name" | "servicePort" | "listenerPort", advice: string): Problem[] {
            const value: unknown = listener[property];
            const other = earlier.findIndex((one) => one[property] === value);
            return other >= 0 && !isLater(value)
                ? [problem(`${path}.${property}`, value, `is also that of listeners[${other}]: ${advice}`)]
                : [];
        }
    });
    const noTls = !all.some(hasTls);
    return [
        ...problems,
        ...(noTls
            ? [{ propertyPath: "listeners", reason: 'has none with TLS: give one the protocol "HTTPS" or "TLS"' }]
            : []),
    ];

    // An application that listens on the sidecar's port answers there in plaintext whenever the Sidecar is not in force.
    function applicationsOwn(port: unknown, path: string): Problem[] {
        const ports: unknown[] = [application.port, ...all.map((listener) => listener.applicationPort)];
        if (isLater(port) || !ports.includes(port)) {
            return [];
        }
        return given === undefined
            ? [
                  problem(
                      application.path,
                      port,
                      "is where the sidecar listens by default: give listeners with other ports",
                  ),
              ]
            : [
                  problem(
                      path,
                      port,
                      "is a port of the application: take a port on which the application does not listen",
                  ),
              ];
    }
}
