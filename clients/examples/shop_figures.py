#!/usr/bin/python3
"""Asks kefu-performance for a shop's figures over gRPC: shop_figures.py HOST:PORT TOKEN_FILE SHOP_ID

Needs the Debian packages python3-grpcio, python3-protobuf and protobuf-compiler; messages are generated from protos/.
"""

import glob
import os
import subprocess
import sys
import tempfile

import grpc

PROTOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "protos")


def load_contract():
    folder = tempfile.mkdtemp()
    files = [f for package in ("common", "performance") for f in glob.glob(os.path.join(PROTOS, "kefu", package, "v1", "*.proto"))]
    subprocess.run(["protoc", "-I", PROTOS, "--python_out", folder, *files], check=True)
    sys.path.insert(0, folder)
    from kefu.performance.v1 import performance_service_pb2

    return performance_service_pb2


def main(address, token_file, shop_id):
    contract = load_contract()
    with open(token_file, encoding="utf-8") as file:
        token = file.read().strip()
    with grpc.insecure_channel(address) as channel:
        get_metrics = channel.unary_unary(
            "/kefu.performance.v1.PerformanceService/GetMetrics",
            request_serializer=contract.GetMetricsRequest.SerializeToString,
            response_deserializer=contract.GetMetricsResponse.FromString,
        )
        request = contract.GetMetricsRequest(shop_id=shop_id)
        answer = get_metrics(request, metadata=[("authorization", "Bearer " + token)], timeout=10)
    for row in answer.rows:
        for value in row.values:
            print(value.metric_id, f"{value.value:g}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: shop_figures.py HOST:PORT TOKEN_FILE SHOP_ID")
    main(*sys.argv[1:])
