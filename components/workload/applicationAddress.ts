/** Address on which an application listens in its pod: "0.0.0.0" for all addresses of the pod, "127.0.0.1" for the loopback interface alone. */
export const ApplicationAddress = { All: "0.0.0.0", Loopback: "127.0.0.1" } as const;
export type ApplicationAddress = (typeof ApplicationAddress)[keyof typeof ApplicationAddress];
