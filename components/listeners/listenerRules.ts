/** Mistakes with listeners that Istio would ignore silently. */
import { isLater } from "../validation/checks";
import { exclusive } from "../validation/exclusive";
import type { Problem } from "../validation/problem";
import * as problem from "../validation/problem";
import { hasTls, type Listener, listenersWithDefaults, type ListenerWithDefaults } from "./listeners";
import { validateTls } from "./listenerTls";

/** A cipher suite works only with a server key of its algorithm. */
export function validateCipherSuites(
    listeners: readonly Listener[] | undefined,
    /** Algorithm of the server's key; undefined if it is not known here. */
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
                  problem.invalid(
                      `listeners[${index}].tls.cipherSuites`,
                      suites,
                      `has no cipher suite for an ${kind} key (certificates.keyAlgorithm); add one with -${kind}- in its name`,
                  ),
              ];
    });
}

/** Rejects ports and names that conflict; those that are known only later are checked then. */
export function validateListeners(
    given: readonly Listener[] | undefined,
    application: { readonly port: unknown; readonly path: string },
): Problem[] {
    const all = listenersWithDefaults(given);
    return [
        ...all.flatMap((listener, index) => [
            ...validateUnique(all, index),
            ...validateListenerTls(listener, given?.[index], `listeners[${index}].tls`),
            ...validateListenerPort(listener.listenerPort, `listeners[${index}].listenerPort`),
        ]),
        ...(all.some(hasTls)
            ? []
            : [problem.required("listeners", 'at least one listener must have the protocol "HTTPS" or "TLS"')]),
    ];

    // An application on the port of the sidecar would answer there in plaintext whenever the Sidecar is not in effect.
    function validateListenerPort(port: unknown, path: string): Problem[] {
        const ports: unknown[] = [application.port, ...all.map((listener) => listener.applicationPort)];
        if (isLater(port) || !ports.includes(port)) {
            return [];
        }
        return given === undefined
            ? [
                  problem.invalid(
                      application.path,
                      port,
                      "conflicts with the sidecar's default listener port; set listeners[].listenerPort",
                  ),
              ]
            : [problem.invalid(path, port, "is a port of the application; set a port on which it does not listen")];
    }
}

function validateUnique(all: readonly ListenerWithDefaults[], index: number): Problem[] {
    return (["name", "servicePort", "listenerPort"] as const).flatMap((property) => {
        const value: unknown = all[index]?.[property];
        const other = all.slice(0, index).findIndex((one) => one[property] === value);
        return other >= 0 && !isLater(value)
            ? [
                  problem.duplicate(
                      `listeners[${index}].${property}`,
                      value,
                      `is also the ${property} of listeners[${other}]; set different ones`,
                  ),
              ]
            : [];
    });
}

function validateListenerTls(listener: ListenerWithDefaults, given: Listener | undefined, path: string): Problem[] {
    return listener.tls
        ? validateTls(listener.tls, path)
        : exclusive([
              {
                  path,
                  excludedBy: `protocol ${JSON.stringify(listener.protocol)}`,
                  both: Boolean(given?.tls),
                  because: 'only the protocols "HTTPS" and "TLS" terminate TLS',
              },
          ]);
}
