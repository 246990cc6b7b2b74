# review_target.py — can you spot the security issues?
import pickle
import subprocess

SECRET_KEY = "hardcoded_password_123"  # Security issue: hardcoded secret


def load_data(filepath):
    with open(filepath, "rb") as f:
        return pickle.load(f)  # Security issue: arbitrary code execution


def process_input(user_input):
    result = eval(user_input)  # Security issue: code injection
    return result


def run_command(cmd):
    return subprocess.run(cmd, shell=True, capture_output=True)  # Security issue: command injection


def get_user(user_id):
    query = f"SELECT * FROM users WHERE id = {user_id}"  # Security issue: SQL injection
    return query
