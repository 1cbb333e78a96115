module istio-sidecar-tls/tests/client

go 1.26
