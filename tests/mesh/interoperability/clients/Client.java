import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;

/** A client with Java's standard library: Client <bundle folder> <URL> <TLS version>. See client.ts for its output. */
public class Client {
    private static final char[] NO_PASSWORD = {};

    private static Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(file).replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
        byte[] pkcs8 = Base64.getMimeDecoder().decode(base64);
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static SSLContext context(Path folder) throws IOException, GeneralSecurityException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("ca", certificate(folder.resolve("ca.crt")));
        KeyStore own = emptyStore();
        if (Files.exists(folder.resolve("client.crt"))) {
            Certificate certificate = certificate(folder.resolve("client.crt"));
            PrivateKey key = privateKey(folder.resolve("client.key"), certificate.getPublicKey().getAlgorithm());
            own.setKeyEntry("client", key, NO_PASSWORD, new Certificate[] {certificate});
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static String attempt(String[] args) throws IOException, GeneralSecurityException, InterruptedException {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv" + args[2]});
        HttpClient client = HttpClient.newBuilder()
            .sslContext(context(Path.of(args[0])))
            .sslParameters(parameters)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[1])).timeout(Duration.ofSeconds(10)).build();
        HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
        SSLSession session = response.sslSession().orElseThrow();
        String form = "{\"protocol\":\"%s\",\"cipher\":\"%s\",\"status\":%d}";
        return String.format(form, session.getProtocol(), session.getCipherSuite(), response.statusCode());
    }

    public static void main(String[] args) throws GeneralSecurityException, InterruptedException {
        try {
            System.out.println(attempt(args));
        } catch (IOException error) {
            String text = error.toString().replaceAll("[\"\\\\\\p{Cntrl}]", " ");
            System.out.println("{\"error\":\"" + text + "\"}");
        }
    }
}
