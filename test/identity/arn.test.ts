import { expect, it } from 'vitest';
import { roleNameOf } from '../../src/identity/arn.ts';
import { defaultRegionOf } from '../../src/network/default-region.ts';

it.each([
  [
    'arn:aws:sts::123456789011:assumed-role/AWSReservedSSO_AWSAdministratorAccess_0123456789abcdef/kari',
    'AWSAdministratorAccess',
  ],
  ['arn:aws:sts::123456789011:assumed-role/AWSReservedSSO_Read_Only_0123456789abcdef/k@e.no', 'Read_Only'],
  ['arn:aws:sts::123456789011:assumed-role/AWSReservedSSO_X_0123456789ABCDEF/k', 'AWSReservedSSO_X_0123456789ABCDEF'],
  ['arn:aws:sts::123456789011:assumed-role/Deployer/kari', 'Deployer'],
  ['arn:aws-us-gov:sts::123456789011:assumed-role/Deployer/a/b', 'Deployer'],
  ['arn:aws:iam::123456789041:user/kari', 'kari'],
  ['arn:aws:iam::123456789041:user/people/oslo/kari', 'kari'],
  ['arn:aws:sts::123456789041:federated-user/kari', 'kari'],
  ['arn:aws:iam::123456789041:root', null],
  ['arn:aws:sts::123456789041:something/new', null],
  ['', null],
  ['nonsense', null],
])('the role of %s is %s', (arn, role) => {
  expect(roleNameOf(arn)).toBe(role);
});

it.each([
  ['aws', 'us-east-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-eusc', 'eusc-de-east-1'],
  ['', 'us-east-1'],
  ['aws-iso', 'us-east-1'],
])('the home region of the partition "%s" is %s', (partition, region) => {
  expect(defaultRegionOf(partition)).toBe(region);
});
