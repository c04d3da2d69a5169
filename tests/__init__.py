"""All tests. gRPC reads its environment when it is first imported, which is after this."""

import os

# Tests start servers as children while gRPC is at work in this process; its fork handlers abort the child.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
