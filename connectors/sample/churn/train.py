"""Trains the churn model of the sample company and writes it as ONNX, with what was measured beside it.

Needs scikit-learn, numpy and onnx (Debian: python3-sklearn python3-onnx). The same CSV always gives the same bytes.

    npx tsx connectors/sample/churn/exportTraining.ts 1 > 1.csv
    python3 connectors/sample/churn/train.py logistic 1.csv connectors/sample/churn/1
    npx tsx connectors/sample/churn/exportTraining.ts 4 > 2.csv
    python3 connectors/sample/churn/train.py boosting 2.csv connectors/sample/churn/2

Each feature is an input of its own, float32 of shape [n, 1]; the output `churn_probability` is float32 of shape [n, 1].
"""

import csv
import json
import sys

import numpy
import sklearn
from onnx import TensorProto, checker, helper, numpy_helper
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

NOT_FEATURES = ("customer_id", "churned", "split", "age_group")
THRESHOLD = 0.5
SEED = 20260221


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    features = [name for name in rows[0] if name not in NOT_FEATURES]
    values = numpy.array([[float(row[name]) for name in features] for row in rows], dtype=numpy.float32)
    return (
        features,
        values,
        numpy.array([int(row["churned"]) for row in rows]),
        numpy.array([row["split"] for row in rows]),
        numpy.array([row["age_group"] for row in rows]),
    )


def constant(name, array):
    return numpy_helper.from_array(numpy.asarray(array), name)


def logistic(train, label):
    """Scaled inputs, one weight each."""
    scaler = StandardScaler().fit(train)
    model = LogisticRegression(max_iter=2000, random_state=SEED).fit(scaler.transform(train), label)
    nodes = [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "weights", "bias"], ["score"]),
        helper.make_node("Sigmoid", ["score"], ["churn_probability"]),
    ]
    constants = [
        constant("mean", scaler.mean_.astype(numpy.float32)),
        constant("scale", scaler.scale_.astype(numpy.float32)),
        constant("weights", model.coef_.T.astype(numpy.float32)),
        constant("bias", model.intercept_.astype(numpy.float32)),
    ]
    params = {"algorithm": "logistic regression", "l2": 1.0}
    return nodes, constants, params, lambda rows: model.predict_proba(scaler.transform(rows))[:, 1]


def boosting(train, label):
    """Gradient boosted trees as one TreeEnsembleRegressor of ai.onnx.ml."""
    params = {"n_estimators": 60, "max_depth": 3, "learning_rate": 0.08, "min_samples_leaf": 12, "subsample": 0.8}
    model = GradientBoostingClassifier(random_state=SEED, **params).fit(train, label)
    keys = ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
    nodes_of = {key: [] for key in keys}
    leaves = {"treeids": [], "nodeids": [], "ids": [], "weights": []}
    for tree_id, (estimator,) in enumerate(model.estimators_):
        tree = estimator.tree_
        for node in range(tree.node_count):
            is_leaf = tree.children_left[node] == -1
            row = (
                tree_id,
                node,
                0 if is_leaf else int(tree.feature[node]),
                0.0 if is_leaf else below(tree.threshold[node]),
                "LEAF" if is_leaf else "BRANCH_LEQ",
                0 if is_leaf else int(tree.children_left[node]),
                0 if is_leaf else int(tree.children_right[node]),
            )
            for key, value in zip(keys, row):
                nodes_of[key].append(value)
            if is_leaf:
                leaves["treeids"].append(tree_id)
                leaves["nodeids"].append(node)
                leaves["ids"].append(0)
                leaves["weights"].append(float(tree.value[node][0][0]) * model.learning_rate)
    base = float(model._raw_predict_init(train[:1])[0][0])
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["score"],
        domain="ai.onnx.ml",
        n_targets=1,
        base_values=[base],
        aggregate_function="SUM",
        post_transform="NONE",
        **{f"nodes_{key}": values for key, values in nodes_of.items()},
        **{f"target_{key}": values for key, values in leaves.items()},
    )
    nodes = [ensemble, helper.make_node("Sigmoid", ["score"], ["churn_probability"])]
    return nodes, [], {"algorithm": "gradient boosted trees", **params}, lambda rows: model.predict_proba(rows)[:, 1]


def below(threshold):
    """The largest float32 that is not above the threshold: the same rows go left in float32 and in float64."""
    rounded = numpy.float32(threshold)
    return float(rounded if rounded <= threshold else numpy.nextafter(rounded, numpy.float32(-numpy.inf)))


def graph(features, nodes, constants, name):
    value = lambda label: helper.make_tensor_value_info(label, TensorProto.FLOAT, ["n", 1])
    concat = helper.make_node("Concat", features, ["features"], axis=1)
    body = helper.make_graph([concat, *nodes], name, [value(each) for each in features], [value("churn_probability")], constants)
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 1)]
    model = helper.make_model(body, opset_imports=opsets, producer_name="cadastre-sample")
    model.ir_version = 7
    checker.check_model(model)
    return model.SerializeToString()


def measured(label, probability):
    return {
        "auc": round(float(roc_auc_score(label, probability)), 4),
        "accuracy": round(float(accuracy_score(label, probability >= THRESHOLD)), 4),
        "log_loss": round(float(log_loss(label, probability)), 4),
        "brier": round(float(brier_score_loss(label, probability)), 4),
        "rows": int(len(label)),
    }


def fairness(label, probability, group):
    """Differences between age groups: of the share that is called a churner, and of the share of churners that is found."""
    called = probability >= THRESHOLD
    names = sorted(set(group))
    share = [float(called[group == name].mean()) for name in names]
    found = [float(called[(group == name) & (label == 1)].mean()) for name in names]
    return {
        "attribute": "age_group",
        "demographic_parity_difference": round(max(share) - min(share), 4),
        "equal_opportunity_difference": round(max(found) - min(found), 4),
        "rows": int(len(label)),
    }


def main(kind, source, target):
    features, rows, label, split, group = read(source)
    train, test = split == "train", split == "test"
    nodes, constants, params, predict = {"logistic": logistic, "boosting": boosting}[kind](rows[train], label[train])
    with open(f"{target}.onnx", "wb") as file:
        file.write(graph(features, nodes, constants, f"churn_{kind}"))
    probability = predict(rows)
    report = {
        "params": {**params, "seed": SEED},
        "tool": {"name": "scikit-learn", "version": sklearn.__version__},
        "signature": {
            "inputs": [{"name": name, "type": "float32", "shape": ["n", 1]} for name in features],
            "outputs": [{"name": "churn_probability", "type": "float32", "shape": ["n", 1]}],
        },
        "metrics": measured(label[test], probability[test]),
        "fairness": fairness(label, probability, group),
        # Rows that whoever runs the model can hold it against.
        "examples": [
            {"features": [float(each) for each in rows[i]], "churn_probability": round(float(probability[i]), 6)}
            for i in numpy.flatnonzero(test)[:5]
        ],
    }
    with open(f"{target}.json", "w") as file:
        json.dump(report, file, indent=2)
        file.write("\n")
    print(json.dumps({"metrics": report["metrics"], "fairness": report["fairness"]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
