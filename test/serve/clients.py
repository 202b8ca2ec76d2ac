"""Drives boto3 and awscli against `kubestep serve`, unchanged: what they answer, page, wait for and raise.

Run by test/serve/clients.sh, in an environment that has both and `kubestep serve --env`.
"""

import json
import os
import subprocess
import sys
import unittest
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

REPOSITORY = os.getcwd()


def kubestep(*words):
    done = subprocess.run(
        ["node", "cli/kubestep.mjs", *words], cwd=REPOSITORY, capture_output=True, text=True, timeout=500
    )
    if done.returncode != 0:
        raise AssertionError(f"kubestep {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def aws(*words):
    done = subprocess.run(["aws", *words, "--output", "json"], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"aws {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else None


class ACluster(unittest.TestCase):
    """A cluster that the command created through the served HTTP API, signed by the served key."""

    @classmethod
    def setUpClass(cls):
        endpoint = os.environ["KUBESTEP_ENDPOINT"]
        kubestep("create", "-f", "events/createCluster.json", "--endpoint", endpoint, "-o", "json")
        cls.machine = next(
            machine["stateMachineArn"]
            for machine in boto3.client("stepfunctions").list_state_machines()["stateMachines"]
            if machine["name"].endswith("createCluster")
        )

    def test_its_run_is_told_by_step_functions(self):
        executions = aws("stepfunctions", "list-executions", "--state-machine-arn", self.machine)["executions"]
        self.assertEqual([execution["status"] for execution in executions], ["SUCCEEDED"])
        arn = executions[0]["executionArn"]
        pages = boto3.client("stepfunctions").get_paginator("get_execution_history").paginate(
            executionArn=arn, PaginationConfig={"PageSize": 100}
        )
        events = [event for page in pages for event in page["events"]]
        self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)))
        self.assertEqual(events[-1]["type"], "ExecutionSucceeded")
        with self.assertRaises(boto3.client("stepfunctions").exceptions.ExecutionNotRedrivable):
            boto3.client("stepfunctions").redrive_execution(executionArn=arn)

    def test_its_network_and_machines_are_found_by_tag_and_in_pages(self):
        by_tag = "Name=tag-key,Values=kubestep/cluster"
        vpcs = aws("ec2", "describe-vpcs", "--filters", by_tag)["Vpcs"]
        self.assertEqual(len(vpcs), 1)
        whole = aws("ec2", "describe-instances", "--filters", by_tag, "Name=instance-state-name,Values=running")
        paged = aws("ec2", "describe-instances", "--filters", by_tag, "--page-size", "5")
        ids = [
            sorted(instance["InstanceId"] for reservation in answer["Reservations"] for instance in reservation["Instances"])
            for answer in (whole, paged)
        ]
        self.assertGreater(len(ids[0]), 3)
        self.assertEqual(ids[0], ids[1])
        boto3.client("ec2").get_waiter("instance_running").wait(InstanceIds=ids[0])
        boto3.client("ec2").get_waiter("vpc_available").wait(VpcIds=[vpcs[0]["VpcId"]])

    def test_its_groups_balancer_keys_and_rows_are_listed(self):
        groups = aws("autoscaling", "describe-auto-scaling-groups")["AutoScalingGroups"]
        self.assertTrue(all(len(group["Instances"]) == group["DesiredCapacity"] for group in groups))
        self.assertGreater(len(groups), 0)
        for group in aws("elbv2", "describe-target-groups")["TargetGroups"]:
            health = aws("elbv2", "describe-target-health", "--target-group-arn", group["TargetGroupArn"])
            states = [target["TargetHealth"]["State"] for target in health["TargetHealthDescriptions"]]
            self.assertEqual(states, ["healthy"] * 3)
        balancers = boto3.client("elbv2").describe_load_balancers()["LoadBalancers"]
        boto3.client("elbv2").get_waiter("load_balancer_available").wait(
            LoadBalancerArns=[balancer["LoadBalancerArn"] for balancer in balancers]
        )
        self.assertGreaterEqual(len(aws("kms", "list-keys", "--page-size", "2")["Keys"]), 3)
        table = aws("dynamodb", "list-tables")["TableNames"][0]
        scanned = aws("dynamodb", "scan", "--table-name", table, "--page-size", "5")
        some = scanned["Items"][0]["pk"]
        found = aws(
            "dynamodb", "query", "--table-name", table, "--key-condition-expression", "pk = :pk",
            "--expression-attribute-values", json.dumps({":pk": some}),
        )
        self.assertGreater(found["Count"], 0)
        self.assertEqual({json.dumps(item["pk"]) for item in found["Items"]}, {json.dumps(some)})


class Clients(unittest.TestCase):
    def test_objects_go_up_and_come_down(self):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="up-and-down")
        s3.get_waiter("bucket_exists").wait(Bucket="up-and-down")
        body = os.urandom(300_000)
        s3.put_object(Bucket="up-and-down", Key="a b/ä+c", Body=body)
        s3.get_waiter("object_exists").wait(Bucket="up-and-down", Key="a b/ä+c")
        self.assertEqual(s3.get_object(Bucket="up-and-down", Key="a b/ä+c")["Body"].read(), body)
        listed = s3.get_paginator("list_objects_v2").paginate(Bucket="up-and-down", PaginationConfig={"PageSize": 1})
        self.assertEqual([entry["Key"] for page in listed for entry in page["Contents"]], ["a b/ä+c"])
        # Left to itself, boto3 signs URLs of S3 as it did before Signature Version 4.
        signing = boto3.client("s3", config=Config(signature_version="s3v4"))
        url = signing.generate_presigned_url("get_object", {"Bucket": "up-and-down", "Key": "a b/ä+c"})
        self.assertEqual(urllib.request.urlopen(url).read(), body)
        done = subprocess.run(["aws", "s3", "ls", "s3://up-and-down", "--recursive"], capture_output=True, text=True)
        self.assertIn("a b/ä+c", done.stdout)
        with self.assertRaises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket="up-and-down", Key="none")
        with self.assertRaises(s3.exceptions.NoSuchBucket):
            s3.list_objects_v2(Bucket="no-such-bucket")

    def test_errors_are_the_clients_own(self):
        for client, call, exception in [
            ("kms", lambda kms: kms.describe_key(KeyId="alias/none"), "NotFoundException"),
            ("iam", lambda iam: iam.get_role(RoleName="none"), "NoSuchEntityException"),
            ("ssm", lambda ssm: ssm.get_parameter(Name="/none"), "ParameterNotFound"),
            ("elbv2", lambda elb: elb.describe_target_groups(Names=["none"]), "TargetGroupNotFoundException"),
            ("scheduler", lambda it: it.get_schedule(Name="none"), "ResourceNotFoundException"),
            ("logs", lambda it: it.get_log_events(logGroupName="none", logStreamName="a"), "ResourceNotFoundException"),
        ]:
            with self.subTest(client):
                made = boto3.client(client)
                with self.assertRaises(getattr(made.exceptions, exception)):
                    call(made)
        with self.assertRaises(ClientError) as raised:
            boto3.client("ec2").describe_vpcs(VpcIds=["vpc-00000000000000000"])
        self.assertEqual(raised.exception.response["Error"]["Code"], "InvalidVpcID.NotFound")
        with self.assertRaises(WaiterError):
            boto3.client("dynamodb").get_waiter("table_exists").wait(
                TableName="none", WaiterConfig={"Delay": 0, "MaxAttempts": 2}
            )

    def test_a_wrong_secret_is_refused(self):
        wrong = boto3.client("sts", aws_secret_access_key="x" * 40, aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"])
        with self.assertRaises(ClientError) as raised:
            wrong.get_caller_identity()
        self.assertEqual(raised.exception.response["Error"]["Code"], "SignatureDoesNotMatch")

    def test_a_definition_is_judged(self):
        wrong = json.dumps({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass"}}})
        judged = aws("stepfunctions", "validate-state-machine-definition", "--definition", wrong)
        self.assertEqual(judged["result"], "FAIL")

    def test_a_state_is_tested_by_itself(self):
        state = json.dumps({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.a + 1 %}", "Next": "B"})
        tested = aws("stepfunctions", "test-state", "--definition", state, "--input", '{"a":1}')
        self.assertEqual((tested["status"], tested["output"], tested["nextState"]), ("SUCCEEDED", "2", "B"))


if __name__ == "__main__":
    sys.exit(not unittest.main(verbosity=2, exit=False).result.wasSuccessful())
