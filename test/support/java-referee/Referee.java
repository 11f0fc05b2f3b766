import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.utils.internal.SystemSettingUtilsTestBackdoor;

/**
 * Resolves credentials and a region as a program with the AWS SDK for Java v2 does, in many environments: {base, cases}
 * as JSON in, an array of answers out. `base` is the environment of this process; the variables of a case are put over
 * it the way the SDK's own tests do that, since Java cannot change its environment.
 */
class Referee {
  record Answer(String key, String region, String error) {}

  public static void main(String[] args) throws Exception {
    JsonNode question = JsonNode.parser().parse(System.in);
    JsonWriter out = JsonWriter.create();
    out.writeStartArray();
    for (JsonNode variables : question.asObject().get("cases").asArray()) {
      Answer answer = resolve(variables.asObject());
      out.writeStartObject();
      write(out, "key", answer.key);
      write(out, "region", answer.region);
      if (answer.error != null) write(out, "error", answer.error);
      out.writeEndObject();
    }
    out.writeEndArray();
    System.out.write(out.getBytes());
    System.out.flush();
  }

  static void write(JsonWriter out, String name, String value) {
    out.writeFieldName(name);
    if (value == null) out.writeNull();
    else out.writeValue(value);
  }

  static Answer resolve(Map<String, JsonNode> variables) {
    SystemSettingUtilsTestBackdoor.clearEnvironmentVariableOverrides();
    variables.forEach((name, value) -> SystemSettingUtilsTestBackdoor.addEnvironmentVariableOverride(name, value.asString()));
    String region = null;
    try {
      region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
    } catch (RuntimeException error) {
      // It has none: the SDK throws.
    }
    try (DefaultCredentialsProvider provider = DefaultCredentialsProvider.builder().build()) {
      AwsCredentials credentials = provider.resolveCredentials();
      return new Answer(credentials.accessKeyId(), region, null);
    } catch (RuntimeException error) {
      String message = String.valueOf(error.getMessage());
      // The chain goes on whatever the error of a provider is, and lists them all in the end.
      boolean exhausted = message.startsWith("Unable to load credentials from any of the providers");
      return exhausted ? new Answer(null, region, null) : new Answer(null, region, message);
    }
  }
}
