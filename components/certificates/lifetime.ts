import { type Check, integer } from "../validation/checks";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, problem, join } from "../validation/problem";

export const hoursPerYear = 365 * 24;

export const leafLifetime = { validityPeriodHours: hoursPerYear, earlyRenewalHours: 30 * 24 };

export const authorityLifetime = { validityPeriodHours: 10 * hoursPerYear, earlyRenewalHours: hoursPerYear };

// RFC 5280 allows 9999 as the last year, but a lifetime of over 100 years is a slip of the unit.
export const validityCheck: Check = integer(1, 100 * hoursPerYear, " of hours");

export const renewalCheck: Check = integer(0, 100 * hoursPerYear, " of hours");

/** How long a certificate is valid, and how long before its end the next `pulumi up` makes a new one. */
export interface Lifetime {
    readonly validityPeriodHours: number;
    readonly earlyRenewalHours: number;
}

/** What `lifetime` and `lifetimeProblems` look at. */
export interface LifetimeArgs {
    readonly validityPeriodHours?: pulumi.Input<number>;
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

/** The lifetime with its defaults; a window that is not given is at most a tenth of the lifetime. */
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

/** A window as long as the lifetime would make a new certificate at every `pulumi up`. */
export function validateLifetime(given: LifetimeArgs, path: string, defaults: Lifetime): Problem[] {
    const validity = given.validityPeriodHours ?? defaults.validityPeriodHours;
    const window = given.earlyRenewalHours;
    return typeof validity === "number" && typeof window === "number" && window >= validity
        ? [
              problem(
                  join(path, "earlyRenewalHours"),
                  window,
                  `must be less than validityPeriodHours, which is ${validity}`,
              ),
          ]
        : [];
}
