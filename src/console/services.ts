import { closest } from '../lib/closest.ts';

/**
 * The pages of the console by the name of a service, as the AWS CLI has it or as people say it, without the host and the
 * region.
 */
export const servicePages: Readonly<Record<string, string>> = {
  acm: 'acm/home',
  apigateway: 'apigateway/main/apis',
  appsync: 'appsync/home',
  athena: 'athena/home',
  backup: 'backup/home',
  batch: 'batch/home',
  bedrock: 'bedrock/home',
  billing: 'costmanagement/home',
  cloudformation: 'cloudformation/home',
  cloudfront: 'cloudfront/v4/home',
  cloudshell: 'cloudshell/home',
  cloudtrail: 'cloudtrailv2/home',
  cloudwatch: 'cloudwatch/home',
  codebuild: 'codesuite/codebuild/home',
  codepipeline: 'codesuite/codepipeline/home',
  cognito: 'cognito/v2/home',
  config: 'config/home',
  costs: 'cost-management/home',
  dynamodb: 'dynamodbv2/home',
  ec2: 'ec2/home',
  ecr: 'ecr/home',
  ecs: 'ecs/v2/home',
  efs: 'efs/home',
  eks: 'eks/home',
  elasticache: 'elasticache/home',
  elb: 'ec2/home#LoadBalancers:',
  emr: 'emr/home',
  eventbridge: 'events/home',
  glue: 'glue/home',
  guardduty: 'guardduty/home',
  home: 'console/home',
  iam: 'iam/home',
  kinesis: 'kinesis/home',
  kms: 'kms/home',
  lambda: 'lambda/home',
  logs: 'cloudwatch/home#logsV2:log-groups',
  msk: 'msk/home',
  opensearch: 'aos/home',
  organizations: 'organizations/v2/home',
  quotas: 'servicequotas/home',
  rds: 'rds/home',
  redshift: 'redshiftv2/home',
  route53: 'route53/v2/home',
  s3: 's3/home',
  sagemaker: 'sagemaker/home',
  secretsmanager: 'secretsmanager/listsecrets',
  securityhub: 'securityhub/home',
  ses: 'ses/home',
  sns: 'sns/v3/home',
  sqs: 'sqs/v3/home',
  ssm: 'systems-manager/home',
  sso: 'singlesignon/home',
  stepfunctions: 'states/home',
  support: 'support/home',
  vpc: 'vpcconsole/home',
  waf: 'wafv2/homev2',
};

/** The page of a service by its name or by another one that people use; null for an unknown service. */
export function pageOf(service: string): string | null {
  const name = service.toLowerCase();
  const known = otherNames[name] ?? name;
  return Object.hasOwn(servicePages, known) ? (servicePages[known] ?? null) : null;
}

/** The service with the most similar name, if any is similar. */
export function nearestService(text: string): string | undefined {
  return closest(text, [...Object.keys(servicePages), ...Object.keys(otherNames)], 1)[0];
}

// --- internal ---

const otherNames: Readonly<Record<string, string>> = {
  api: 'apigateway',
  cfn: 'cloudformation',
  certificates: 'acm',
  cf: 'cloudfront',
  ddb: 'dynamodb',
  cw: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  events: 'eventbridge',
  'identity-center': 'sso',
  r53: 'route53',
  'secrets-manager': 'secretsmanager',
  secrets: 'secretsmanager',
  sfn: 'stepfunctions',
  states: 'stepfunctions',
  'step-functions': 'stepfunctions',
  'systems-manager': 'ssm',
};
