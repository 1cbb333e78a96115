"""A client with Python's standard library: client.py <bundle folder> <URL> <TLS version>. See client.ts for its output."""

import http.client
import json
import os.path
import ssl
import sys
import urllib.parse


def attempt(folder, url, version):
    context = ssl.create_default_context(cafile=os.path.join(folder, "ca.crt"))
    if os.path.exists(os.path.join(folder, "client.crt")):
        context.load_cert_chain(os.path.join(folder, "client.crt"), os.path.join(folder, "client.key"))
    context.minimum_version = context.maximum_version = {
        "1.2": ssl.TLSVersion.TLSv1_2,
        "1.3": ssl.TLSVersion.TLSv1_3,
    }[version]
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=10, context=context)
    connection.connect()
    # The socket is closed with the response.
    negotiated = {"protocol": connection.sock.version(), "cipher": connection.sock.cipher()[0]}
    connection.request("GET", parts.path)
    return {**negotiated, "status": connection.getresponse().status}


try:
    seen = attempt(*sys.argv[1:])
except (OSError, http.client.HTTPException) as error:
    seen = {"error": f"{type(error).__name__}: {error}"}
print(json.dumps(seen))
