/** Where an application listens in its pod. */
export const ApplicationAddress = { All: "0.0.0.0", Loopback: "127.0.0.1" } as const;
export type ApplicationAddress = (typeof ApplicationAddress)[keyof typeof ApplicationAddress];
