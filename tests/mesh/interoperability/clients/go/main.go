// A client with Go's standard library: client <bundle folder> <URL> <TLS version>. See client.ts for its output.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type outcome struct {
	Protocol string `json:"protocol,omitempty"`
	Cipher   string `json:"cipher,omitempty"`
	Status   int    `json:"status,omitempty"`
	Error    string `json:"error,omitempty"`
}

func attempt(folder, url, version string) (*outcome, error) {
	authority, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	pinned := map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}[version]
	configuration := &tls.Config{RootCAs: pool, MinVersion: pinned, MaxVersion: pinned}
	certificate := filepath.Join(folder, "client.crt")
	if _, err := os.Stat(certificate); err == nil {
		pair, err := tls.LoadX509KeyPair(certificate, filepath.Join(folder, "client.key"))
		if err != nil {
			return nil, err
		}
		configuration.Certificates = []tls.Certificate{pair}
	}
	client := http.Client{
		Transport: &http.Transport{TLSClientConfig: configuration, ForceAttemptHTTP2: true},
		Timeout:   10 * time.Second,
	}
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return &outcome{
		Protocol: strings.Replace(tls.VersionName(response.TLS.Version), "TLS ", "TLSv", 1),
		Cipher:   tls.CipherSuiteName(response.TLS.CipherSuite),
		Status:   response.StatusCode,
	}, nil
}

func main() {
	seen, err := attempt(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		seen = &outcome{Error: err.Error()}
	}
	json.NewEncoder(os.Stdout).Encode(seen)
}
