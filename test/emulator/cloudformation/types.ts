/** A template: any JSON object. */
export type Template = Readonly<Record<string, unknown>>;

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly retained: boolean;
}

export interface StackEvent {
  readonly id: string;
  readonly at: Date;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  status: string;
  updatedAt?: Date;
  deletedAt?: Date;
  template: Template;
  /** The template exactly as it was sent: GetTemplate gives it back. */
  templateBody: string;
  parameters: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  outputs: readonly StackOutput[];
  resources: readonly StackResource[];
  /** Newest first. */
  events: StackEvent[];
  roleArn?: string;
  terminationProtection: boolean;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface ResourceChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly kind: string;
  readonly createdAt: Date;
  readonly templateBody: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly roleArn?: string;
  readonly changes: readonly ResourceChange[];
  readonly status: string;
  readonly statusReason?: string;
  executionStatus: string;
}
