/** Whether a text is the ARN of an IAM role, of any partition. */
export function isRoleArn(text: string): boolean {
  return /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text);
}
