/** Mocha's root hooks (https://mochajs.org/#root-hook-plugins). */
import { stopStartedLab } from "./describeMesh";

export const mochaHooks = {
    async afterAll(this: Mocha.Context) {
        this.timeout("3m");
        await stopStartedLab();
    },
};
