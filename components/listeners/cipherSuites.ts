/**
 * Cipher suites of TLS 1.2 with forward secrecy and authenticated encryption, which Envoy offers by default. Istio drops an unknown name
 * with nothing but a warning in the log of istiod (pkg/config/security/security.go).
 */
export const cipherSuites = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
];
