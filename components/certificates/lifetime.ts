/** How long certificates are valid, and when `pulumi up` renews them. */
import * as pulumi from "@pulumi/pulumi";
import { type Check, integer } from "../validation/checks";
import * as problem from "../validation/problem";

export const hoursPerYear = 365 * 24;

export const leafLifetime = { validityPeriodHours: hoursPerYear, earlyRenewalHours: 30 * 24 };

export const authorityLifetime = { validityPeriodHours: 10 * hoursPerYear, earlyRenewalHours: hoursPerYear };

// RFC 5280 allows 9999 as the last year, but a lifetime of over 100 years is a mistake in the unit.
export const validityCheck: Check = integer(1, 100 * hoursPerYear, " of hours");

export const renewalCheck: Check = integer(0, 100 * hoursPerYear, " of hours");

/** The validity period of a certificate, and the time before its end in which `pulumi up` renews it. */
export interface Lifetime {
    readonly validityPeriodHours: number;
    readonly earlyRenewalHours: number;
}

/** Arguments that set a lifetime. */
export interface LifetimeArgs {
    readonly validityPeriodHours?: pulumi.Input<number>;
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

/** A default renewal window is at most a tenth of the lifetime. */
export function resolveLifetime(given: LifetimeArgs, defaults: Lifetime): pulumi.Output<Lifetime> {
    const { validityPeriodHours, earlyRenewalHours } = given;
    return pulumi.output({ validityPeriodHours, earlyRenewalHours }).apply((known) => {
        const validity = known.validityPeriodHours ?? defaults.validityPeriodHours;
        const window = Math.min(
            defaults.earlyRenewalHours,
            Math.max(Math.floor(validity / 10), Math.min(1, validity - 1)),
        );
        return { validityPeriodHours: validity, earlyRenewalHours: known.earlyRenewalHours ?? window };
    });
}

/** With a renewal window as long as the lifetime, every `pulumi up` would renew the certificate. */
export function validateLifetime(given: LifetimeArgs, path: string, defaults: Lifetime): problem.Problem[] {
    const validity = given.validityPeriodHours ?? defaults.validityPeriodHours;
    const window = given.earlyRenewalHours;
    return typeof validity === "number" && typeof window === "number" && window >= validity
        ? [
              problem.invalid(
                  problem.join(path, "earlyRenewalHours"),
                  window,
                  `must be less than validityPeriodHours (${validity}), or every pulumi up would renew the certificate`,
              ),
          ]
        : [];
}
