/**
 * Cipher suites of TLS 1.2 with forward secrecy and authenticated encryption: what Envoy offers by default. Istio drops a name
 * that it does not know with a warning that nobody sees (pkg/config/security/security.go).
 */
export const cipherSuites = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
];
