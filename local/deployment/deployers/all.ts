import type { Deployer } from '../deploy.ts';
import { deployEventBus, deployEventBusPolicy, deployRule, deployScheduleGroup } from './events.ts';
import { deployFunction } from './functions.ts';
import { deployHttpApi, deployNothing, deployStage } from './httpApi.ts';
import { deployManagedPolicy, deployRole } from './iam.ts';
import { deployDocument } from './ssm.ts';
import { deployStateMachine } from './stateMachines.ts';
import { deployBucket, deployBucketPolicy, deployLogGroup, deployTable } from './store.ts';

/** Every type of resource that the stack consists of. */
export const deployers: Readonly<Record<string, Deployer>> = {
  'AWS::ApiGatewayV2::Api': deployHttpApi,
  'AWS::ApiGatewayV2::Stage': deployStage,
  'AWS::DynamoDB::Table': deployTable,
  'AWS::Events::EventBus': deployEventBus,
  'AWS::Events::EventBusPolicy': deployEventBusPolicy,
  'AWS::Events::Rule': deployRule,
  'AWS::IAM::ManagedPolicy': deployManagedPolicy,
  'AWS::IAM::Role': deployRole,
  'AWS::Lambda::Function': deployFunction,
  'AWS::Lambda::Permission': deployNothing,
  'AWS::Logs::LogGroup': deployLogGroup,
  'AWS::S3::Bucket': deployBucket,
  'AWS::S3::BucketPolicy': deployBucketPolicy,
  'AWS::SSM::Document': deployDocument,
  'AWS::Scheduler::ScheduleGroup': deployScheduleGroup,
  'AWS::StepFunctions::StateMachine': deployStateMachine,
};
